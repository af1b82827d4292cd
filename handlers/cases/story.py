"""How a case stands, worked out from its log alone; what may happen next. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from content.feedback import Days
from handlers.context import ZONE
from handlers.reports.working_days import WorkingDays

OUTCOMES = ("fixed", "explained", "not-ours", "not-fixed")
"""How staff say a case ended; figures never add these up into one."""
OPEN = ("received", "assigned", "in-work", "waiting")
ENDED = ("confirmed", "silent", "withdrawn", "merged", "spam")
SATISFIED = 4
"""Ratings from this on (of 5) count as satisfied."""


@dataclass(slots=True)
class Story:
    """How a case stands.

    `due` is the day its answer is due, counted from the day it was received and moved only by
    declared pauses and by one extension; `answered` is the last answer, which alone counts. Only
    `tell` changes a story, while it tells it.
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
    known: dict[dt.date, dt.date] = field(default_factory=dict, compare=False, repr=False)

    def first_due(self, received: dt.date) -> dt.date:
        """Give the day an answer is due for what was received on a day."""
        if received not in self.known:
            self.known[received] = self.days.add(received, self.rules.answer)
        return self.known[received]


class Told(Protocol):
    """What a story needs of an act."""

    @property
    def case(self) -> int:
        """The case's number."""

    @property
    def at(self) -> dt.datetime:
        """When it was done."""

    @property
    def kind(self) -> str:
        """What was done."""

    @property
    def role(self) -> str:
        """As what somebody did it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What else there is to it."""


def tell(acts: Iterable[Told], clock: Clock) -> Story | None:
    """Tell a case's story from its acts, oldest first; None where there are none."""
    story: Story | None = None
    for act in acts:
        if story is None:
            story = _received(act, clock)
        elif step := _STEPS.get(act.kind):
            step(story, act, clock)
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


def _received(act: Told, clock: Clock) -> Story:
    return Story(
        id=act.case,
        kind=str(act.data.get("kind", "")),
        received=act.at,
        due=clock.first_due(act.at.astimezone(ZONE).date()),
        anonymous=bool(act.data.get("anonymous")),
    )


def _assigned(story: Story, act: Told, clock: Clock) -> None:
    del clock
    story.state = "assigned"
    story.agency = str(act.data.get("agency", ""))
    story.field = str(act.data.get("field", story.field))
    if story.first_look is None and act.role != "system":
        story.first_look = act.at


def _handed_on(story: Story, act: Told, clock: Clock) -> None:
    """Another body takes it on; the citizen's clock goes on."""
    _assigned(story, act, clock)
    story.hand_ons += 1


def _started(story: Story, act: Told, clock: Clock) -> None:
    del clock
    story.state = "in-work"
    story.first_look = story.first_look or act.at


def _asked(story: Story, act: Told, clock: Clock) -> None:
    del clock
    story.state = "waiting"
    story.paused_since = act.at.astimezone(ZONE).date()
    story.first_look = story.first_look or act.at


def _told(story: Story, act: Told, clock: Clock) -> None:
    if story.state == "waiting":
        _resume(story, act, clock)


def _resume(story: Story, act: Told, clock: Clock) -> None:
    """Add the worked days of a pause to the due day, as many as the rules let all pauses last."""
    story.state = "in-work"
    if story.paused_since is None:
        return
    waited = clock.days.between(story.paused_since, act.at.astimezone(ZONE).date())
    counted = max(min(waited, clock.rules.longest_pause - story.paused_days), 0)
    story.due = clock.days.add(story.due, counted) if counted else story.due
    story.paused_since = None
    story.paused_days += counted


def _extended(story: Story, act: Told, clock: Clock) -> None:
    """Give a complex case more time, once, counted from the day it was received."""
    del act
    if not story.extended:
        more = clock.rules.complex - clock.rules.answer
        story.extended = True
        story.due = clock.days.add(story.due, max(more, 0))


def _answered(story: Story, act: Told, clock: Clock) -> None:
    if story.state == "waiting":
        _resume(story, act, clock)
    story.state = "done"
    story.outcome = str(act.data.get("outcome", ""))
    story.answered = act.at


def _rejected(story: Story, act: Told, clock: Clock) -> None:
    """Not fixed, says the citizen: the answer does not count, and the clock has gone on."""
    del act, clock
    story.state, story.outcome, story.answered, story.rating = "assigned", "", None, None
    story.rejections += 1


def _ends(state: str) -> Callable[[Story, Told, Clock], None]:
    def end(story: Story, act: Told, clock: Clock) -> None:
        del act, clock
        story.state = state

    return end


def _rated(story: Story, act: Told, clock: Clock) -> None:
    del clock
    story.rating = int(act.data["rating"])


_STEPS: Mapping[str, Callable[[Story, Told, Clock], None]] = MappingProxyType(
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
