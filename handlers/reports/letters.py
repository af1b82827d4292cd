"""Who gets which notice: people for roles, one message for each person. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from db.people import Person
from handlers.reports.ladder import COORDINATOR_AGENCY
from handlers.reports.notices import Notice

NEXT = {"focal": "deputy", "deputy": "head", "head": "coordinator"}
"""Who gets a notice in the place of a role that nobody holds or nobody can be reached in."""
LAPSE = dt.timedelta(days=7)
"""A notice older than this is not sent any more: what it says has long been overtaken."""


ByRole = Mapping[tuple[str, str], Sequence[Person]]
"""The people messages reach, by role and agency."""


@dataclass(frozen=True)
class Mail:
    """One message to one person: what it says (the newest notice of each report and body).

    `keys` are all notices it stands for, each with the moment it was for: those of an outage that
    a newer one has overtaken are not sent by themselves. `without` are the bodies it goes to this
    person for because nobody of theirs is there.
    """

    person: Person
    notices: tuple[Notice, ...]
    keys: tuple[tuple[str, dt.datetime], ...]
    without: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Name the message: by its notice, or as the digest of its minute."""
        if len(self.notices) == 1:
            return self.notices[0].key(self.person.id)
        newest = max(notice.at for notice in self.notices)
        first = self.notices[0].key(self.person.id).removeprefix("remind:")
        return f"remind:digest:{newest:%Y-%m-%dT%H:%M}:{len(self.notices)}:{first}"


def mails(notices: Iterable[Notice], by_role: ByRole, known: AbstractSet[str]) -> list[Mail]:
    """Turn notices that are due into messages, leaving out what was queued before."""
    people: dict[int, Person] = {}
    fresh: defaultdict[int, dict[str, Notice]] = defaultdict(dict)
    for notice in notices:
        for person in recipients(notice, by_role):
            key = notice.key(person.id)
            if key not in known:
                people[person.id] = person
                fresh[person.id][key] = notice
    return [_mail(people[number], found, by_role) for number, found in fresh.items()]


def expected(notices: Iterable[Notice], by_role: ByRole) -> dict[str, Notice]:
    """Give the keys that have to be known for notices that are due, for whoever checks the tick."""
    return {
        notice.key(person.id): notice
        for notice in notices
        for person in recipients(notice, by_role)
    }


def recipients(notice: Notice, by_role: ByRole) -> list[Person]:
    """Give the people a notice goes to; nobody only where nobody at all holds a role for it."""
    if notice.person is not None:
        own = [
            person
            for (_, agency), people in by_role.items()
            if agency == notice.agency
            for person in people
            if person.id == notice.person
        ]
        if own or not notice.to:
            others = (r for r in notice.to if r != "focal")
            return _unique([*own, *(p for r in others for p in _held(r, notice.agency, by_role))])
    return _unique([p for role in notice.to for p in _reach(role, notice.agency, by_role)])


def _reach(role: str, agency: str, by_role: ByRole) -> Sequence[Person]:
    """Give who holds a role, or the next one up that somebody holds."""
    found = _held(role, agency, by_role)
    while not found and role in NEXT:
        role = NEXT[role]
        found = _held(role, agency, by_role)
    return found


def _held(role: str, agency: str, by_role: ByRole) -> Sequence[Person]:
    return by_role.get((role, "" if role == "coordinator" else agency), ())


def by_role(reached: Iterable[tuple[str, str, Person]]) -> ByRole:
    """Sort people by what they hold; a coordinator acts for the province, whatever the agency."""
    found: defaultdict[tuple[str, str], list[Person]] = defaultdict(list)
    for role, agency, person in reached:
        found[role, "" if role == "coordinator" else agency].append(person)
    return found


def _mail(person: Person, found: Mapping[str, Notice], by_role: ByRole) -> Mail:
    newest: dict[tuple[str, str], Notice] = {}
    for notice in sorted(found.values(), key=lambda notice: notice.at):
        newest[notice.period.key, notice.agency] = notice
    keys = tuple((key, notice.at) for key, notice in found.items())
    bodies = {notice.agency for notice in newest.values()} - {COORDINATOR_AGENCY}
    without = frozenset(one for one in bodies if not _acts_for(person, one, by_role))
    return Mail(person, tuple(newest.values()), keys, without)


def _acts_for(person: Person, agency: str, by_role: ByRole) -> bool:
    return any(person in by_role.get((role, agency), ()) for role in NEXT)


def _unique(people: Iterable[Person]) -> list[Person]:
    return list({person.id: person for person in people}.values())


def is_to_coordinator(notice: Notice) -> bool:
    """Tell whether a notice speaks of a whole period to Sở Nội vụ."""
    return notice.agency == COORDINATOR_AGENCY
