"""How a case stands, worked out from its log alone; what may happen next. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from content.feedback import Days
from db.case_log import Act
from handlers.context import ZONE
from handlers.reports.working_days import WorkingDays

OUTCOMES = ("fixed", "explained", "not-ours", "not-fixed")
"""How staff say a case ended; figures never add these up into one."""
OPEN = ("received", "assigned", "in-work", "waiting")
ENDED = ("confirmed", "silent", "withdrawn", "merged", "spam")
SATISFIED = 4
"""Ratings from this on (of 5) count as satisfied."""


@dataclass(frozen=True)
class Story:
    """How a case stands.

    `due` is the day its answer is due, counted from the day it was received and moved only by
    declared pauses and by one extension; `answered` is the last answer, which alone counts.
    """

    id: int
    kind: str
    received: dt.datetime
    due: dt.date
    state: str = "received"
    agency: str = ""
    field: str = ""
    anonymous: bool = False
    outcome: str = ""
    answered: dt.datetime | None = None
    first_look: dt.datetime | None = None
    rating: int | None = None
    rejections: int = 0
    hand_ons: int = 0
    extended: bool = False
    paused_since: dt.date | None = None
    paused_days: int = 0

    @property
    def on_time(self) -> bool | None:
        """Whether the answer that counts came by its day; None where there is none yet."""
        return self.answered.astimezone(ZONE).date() <= self.due if self.answered else None


@dataclass(frozen=True)
class Clock:
    """The working days and the clocks a story is counted by."""

    days: WorkingDays
    rules: Days


def tell(acts: Iterable[Act], clock: Clock) -> Story | None:
    """Tell a case's story from its acts, oldest first; None where there are none."""
    story: Story | None = None
    for act in acts:
        story = _after(story, act, clock)
    return story


def next_state(story: Story, kind: str) -> bool:
    """Tell whether an act may happen to a case as it stands."""
    return story.state in ALLOWED.get(kind, ())


ALLOWED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "assigned": ("received", "assigned", "in-work", "waiting"),
        "handed-on": ("received", "assigned", "in-work", "waiting"),
        "started": ("assigned",),
        "asked": ("assigned", "in-work"),
        "told": (*OPEN, "done"),
        "extended": ("assigned", "in-work", "waiting"),
        "noted": (*OPEN, "done", *ENDED),
        "answered": ("assigned", "in-work", "waiting"),
        "confirmed": ("done", "silent"),
        "rated": ("done", "confirmed", "silent"),
        "rejected": ("done", "silent"),
        "silent": ("done",),
        "withdrawn": OPEN,
        "merged": OPEN,
        "spam": OPEN,
        "redacted": (*OPEN, "done", *ENDED),
        "erased": (*OPEN, "done", *ENDED),
        "warned": OPEN,
    }
)
"""In which states each act may happen; "received" begins a case."""


def _after(story: Story | None, act: Act, clock: Clock) -> Story:
    if story is None:
        return _received(act, clock)
    step = _STEPS.get(act.kind)
    return step(story, act, clock) if step else story


def _received(act: Act, clock: Clock) -> Story:
    day = act.at.astimezone(ZONE).date()
    return Story(
        id=act.case,
        kind=str(act.data.get("kind", "")),
        received=act.at,
        due=clock.days.add(day, clock.rules.answer),
        anonymous=bool(act.data.get("anonymous")),
    )


def _assigned(story: Story, act: Act, clock: Clock) -> Story:
    del clock
    told = act.data
    first = story.first_look or (act.at if act.role != "system" else None)
    return replace(
        story,
        state="assigned",
        agency=str(told.get("agency", "")),
        field=str(told.get("field", story.field)),
        first_look=first,
    )


def _handed_on(story: Story, act: Act, clock: Clock) -> Story:
    """Another body takes it on; the citizen's clock goes on."""
    return replace(_assigned(story, act, clock), hand_ons=story.hand_ons + 1)


def _started(story: Story, act: Act, clock: Clock) -> Story:
    del clock
    return replace(story, state="in-work", first_look=story.first_look or act.at)


def _asked(story: Story, act: Act, clock: Clock) -> Story:
    del clock
    return replace(
        story,
        state="waiting",
        paused_since=act.at.astimezone(ZONE).date(),
        first_look=story.first_look or act.at,
    )


def _told(story: Story, act: Act, clock: Clock) -> Story:
    return _resumed(story, act, clock) if story.state == "waiting" else story


def _resumed(story: Story, act: Act, clock: Clock) -> Story:
    """Add the worked days of a pause to the due day, as many as the rules let all pauses last."""
    if story.paused_since is None:
        return replace(story, state="in-work")
    waited = clock.days.between(story.paused_since, act.at.astimezone(ZONE).date())
    room = clock.rules.longest_pause - story.paused_days
    counted = max(min(waited, room), 0)
    return replace(
        story,
        state="in-work",
        due=clock.days.add(story.due, counted) if counted else story.due,
        paused_since=None,
        paused_days=story.paused_days + counted,
    )


def _extended(story: Story, act: Act, clock: Clock) -> Story:
    """Give a complex case more time, once, counted from the day it was received."""
    del act
    if story.extended:
        return story
    more = clock.rules.complex - clock.rules.answer
    return replace(story, extended=True, due=clock.days.add(story.due, max(more, 0)))


def _answered(story: Story, act: Act, clock: Clock) -> Story:
    ended = _resumed(story, act, clock) if story.state == "waiting" else story
    return replace(ended, state="done", outcome=str(act.data.get("outcome", "")), answered=act.at)


def _rejected(story: Story, act: Act, clock: Clock) -> Story:
    """Not fixed, says the citizen: the answer does not count, and the clock has gone on."""
    del act, clock
    return replace(
        story,
        state="assigned",
        outcome="",
        answered=None,
        rating=None,
        rejections=story.rejections + 1,
    )


def _ends(state: str) -> Callable[[Story, Act, Clock], Story]:
    return lambda story, _act, _clock: replace(story, state=state)


def _rated(story: Story, act: Act, clock: Clock) -> Story:
    del clock
    return replace(story, rating=int(act.data["rating"]))


_STEPS: Mapping[str, Callable[[Story, Act, Clock], Story]] = MappingProxyType(
    {
        "assigned": _assigned,
        "handed-on": _handed_on,
        "started": _started,
        "asked": _asked,
        "told": _told,
        "extended": _extended,
        "answered": _answered,
        "confirmed": _ends("confirmed"),
        "silent": _ends("silent"),
        "withdrawn": _ends("withdrawn"),
        "merged": _ends("merged"),
        "spam": _ends("spam"),
        "rejected": _rejected,
        "rated": _rated,
    }
)
