"""Fifty bodies with their people, and when each of them submits: one seed, one history."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from content.model import Agency, Both
from content.whole import Content
from handlers.context import ZONE
from handlers.reports.due import Obligation, obligations
from handlers.reports.notices import simulate

BODIES = 50
NEVER = 0.05
"""The share of reports that are never sent."""
A_DAY = dt.timedelta(days=1)


@dataclass
class Worker:
    """A person with a role of a body; `until` is when they left."""

    user: str
    role: str
    agency: str
    since: dt.datetime
    until: dt.datetime | None = None

    def there(self, at: dt.datetime) -> bool:
        """Tell whether they held the role at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass
class World:
    """One history: the content with its bodies, the people, and what they will do when."""

    content: Content
    begin: dt.datetime
    owed: list[Obligation]
    moments: list[dt.datetime]
    people: list[Worker]
    submits: dict[str, dt.datetime]
    outages: list[tuple[dt.datetime, dt.datetime]]
    storms: list[tuple[dt.datetime, dt.datetime]]
    jumps: list[tuple[dt.datetime, dt.datetime, dt.timedelta]]
    chance: random.Random = field(repr=False)

    @cached_property
    def of_body(self) -> Mapping[str, list[Worker]]:
        """Give the people of each body."""
        found: defaultdict[str, list[Worker]] = defaultdict(list)
        for worker in self.people:
            found[worker.agency].append(worker)
        return found

    def down(self, at: dt.datetime) -> bool:
        """Tell whether the program itself is down."""
        return any(first <= at < last for first, last in self.outages)

    def storming(self, at: dt.datetime) -> bool:
        """Tell whether the platform wants nothing."""
        return any(first <= at < last for first, last in self.storms)

    def skew(self, at: dt.datetime) -> dt.timedelta:
        """Give by how much the clock is wrong at a moment."""
        return sum((by for first, last, by in self.jumps if first <= at < last), dt.timedelta())


def make(content: Content, seed: int, first_year: int, years: int, bodies: int = BODIES) -> World:
    """Make a history."""
    chance = random.Random(seed)
    content = replace(content, agencies=_bodies(bodies))
    begin = dt.datetime(first_year, 1, 5, 9, tzinfo=ZONE)
    end = dt.datetime(first_year + years, 1, 1, tzinfo=ZONE)
    owed = obligations(content, begin.date() + 30 * A_DAY, end.date())
    moments = sorted({notice.at for notice in simulate(content, owed)})
    return World(
        content=content,
        begin=begin,
        owed=owed,
        moments=moments,
        people=list(_people(content.agencies, begin, end, chance)),
        submits={one.key: _some_time(one, chance) for one in owed if chance.random() > NEVER},
        outages=_spans(moments, chance, years, longest=3 * 86400),
        storms=_spans(moments, chance, 4 * years, longest=300),
        jumps=[
            (first, last, dt.timedelta(seconds=chance.choice((-7200, -600, 600, 7200))))
            for first, last in _spans(moments, chance, years, longest=3600)
        ],
        chance=chance,
    )


def _bodies(count: int) -> dict[str, Agency]:
    return {
        f"body-{number}": Agency(
            id=f"body-{number}",
            name=Both(vi=f"Đơn vị {number}", en=f"Body {number}"),
            kind="so",
            role="reporting",
            today="x",
            source="x",
        )
        for number in range(count)
    }


def _people(
    bodies: Iterable[str], begin: dt.datetime, end: dt.datetime, chance: random.Random
) -> Iterable[Worker]:
    """Give every body a focal person (replaced now and then), most a deputy, some a head."""
    yield Worker("coordinator", "coordinator", "", begin)
    for body in bodies:
        since, number = begin, 0
        while since < end:
            stays = dt.timedelta(days=chance.uniform(300, 2000))
            until = since + stays if since + stays < end else None
            yield Worker(f"focal-{number}-{body}", "focal", body, since, until)
            gap = dt.timedelta(days=chance.choice((0, 0, 20)))
            since, number = (until + gap if until else end), number + 1
        if chance.random() < 0.9:
            yield Worker(f"deputy-{body}", "deputy", body, begin)
        if chance.random() < 0.7:
            yield Worker(f"head-{body}", "head", body, begin)


def _some_time(owed: Obligation, chance: random.Random) -> dt.datetime:
    """Give when a body submits: mostly in the days before it is due, sometimes late."""
    day = owed.period.due.day + round(chance.triangular(-11, 6, -1)) * A_DAY
    clock = dt.time(chance.randrange(7, 19), chance.randrange(60), chance.randrange(60))
    return dt.datetime.combine(day, clock, tzinfo=ZONE)


def _spans(
    moments: list[dt.datetime], chance: random.Random, count: int, *, longest: int
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Give times of trouble, each over a moment at which notices are due: elsewhere nothing is."""
    found = []
    for at in chance.sample(moments, min(count, len(moments))):
        lasts = dt.timedelta(seconds=chance.uniform(30, longest))
        first = at - lasts * chance.random()
        found.append((first, first + lasts))
    return found
