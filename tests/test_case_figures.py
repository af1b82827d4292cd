"""The figures of cases: no way through a case flatters them."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import given
from hypothesis import strategies as st

from db.case_log import Act
from handlers.cases.figures import figures, wilson
from handlers.cases.story import ALLOWED, OPEN, Story, next_state, tell
from handlers.context import ZONE
from tests.case_lives import BEGIN, CLOCK, told

ACTS = st.lists(st.tuples(st.sampled_from([*ALLOWED]), st.integers(1, 200)), max_size=25)


@given(ACTS, st.integers(0, 2**32))
def test_no_way_through_a_case_flatters_the_figures(
    wished: list[tuple[str, int]], seed: int
) -> None:
    """Whatever a dishonest handler tries: only what the citizen says makes a case settled."""
    acts, at, chance = [_first()], BEGIN, random.Random(seed)
    for kind, hours in wished:
        story = tell(acts, CLOCK)
        assert story is not None
        at += dt.timedelta(hours=hours)
        if next_state(story, kind):
            acts.append(Act(len(acts) + 1, 1, at, kind, 7, "handler", told(kind, chance)))
    story = tell(acts, CLOCK)
    assert story is not None
    _is_honest(story, acts)


def _first() -> Act:
    return Act(1, 1, BEGIN, "received", None, "citizen", {"kind": "phan-anh"})


def _is_honest(story: Story, acts: list[Act]) -> None:
    kinds = [act.kind for act in acts]
    found = figures([story], today=acts[-1].at.astimezone(ZONE).date(), target=0.8)
    last_answer = max((n for n, k in enumerate(kinds) if k == "answered"), default=-1)
    last_back = max((n for n, k in enumerate(kinds) if k == "rejected"), default=-1)
    # An answer that was sent back does not count, and nothing that ended otherwise is an answer.
    assert found["answered"] == int(
        last_answer > last_back and story.state in ("done", "confirmed", "silent")
    )
    assert found["received"] == 1
    assert (
        found["open"]
        + found["answered"]
        + sum(found[name] for name in ("withdrawn", "merged", "spam"))
        == 1
    )
    # The clock: never later than fifteen days, the longest pause and one extension together.
    most = CLOCK.rules.complex + CLOCK.rules.longest_pause
    assert story.due <= CLOCK.days.add(BEGIN.date(), most)
    assert story.due >= CLOCK.days.add(BEGIN.date(), CLOCK.rules.answer)
    if found["satisfaction"]["rated"]:
        assert story.state in ("done", "confirmed", "silent")
    if story.state in OPEN:
        assert story.on_time is None or story.answered is None


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(good: int, more: int) -> None:
    low, high = wilson(good, good + more)
    if good + more == 0:
        assert low is high is None
    else:
        assert low is not None
        assert high is not None
        assert 0 <= low <= good / (good + more) + 1e-4
        assert good / (good + more) - 1e-4 <= high <= 1
