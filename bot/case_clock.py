"""The clock of feedback: warns before an answer is due, goes up when it is late, closes silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.outgoing import queued
from bot.turn import Service
from content.catalogue import Translator
from db import case_log, cases, outbox, roles
from db.cases import Case
from db.engine import Connection
from db.people import Person
from db.roles import Holder
from handlers.cases.codes import shown
from handlers.cases.desk import listed
from handlers.cases.story import Clock, next_state, tell
from handlers.context import ZONE
from handlers.message import Button, Letter
from handlers.reports.colleagues import letter, speaking
from handlers.reports.due import working_days
from handlers.reports.ladder import Ladders

HOUR = 8
"""The hour of the province at which staff are told."""
STEPS = (
    ("soon", ("handler",)),
    ("late", ("handler", "head")),
    ("late-3", ("handler", "head", "coordinator")),
)


@dataclass(frozen=True)
class Due:
    """A notice on a case that is due: which step, to which roles."""

    case: Case
    step: str
    to: tuple[str, ...]


async def tick_cases(service: Service) -> int:
    """Queue what is due on feedback and close what nobody said a word on; gives how many that was.

    Ticking again adds nothing: every message's key names case, step, due day and person.
    """
    content = service.content
    days, rules = working_days(content), content.feedback.days
    async with service.engine.begin() as conn:
        now = service.clock()
        today = _day(now)
        closed = await _close_silent(conn, service, now)
        here = now.astimezone(ZONE)
        if here.hour < HOUR or Ladders(content).allowed(here) != here:
            return closed
        found = await cases.due_by(conn, days.add(today, rules.warn_before))
        due = [one for case in found for one in _due(case, today, service)]
        holders = await roles.everyone(conn)
        letters = [_letter(one, person) for one in due for person in _recipients(one, holders)]
        rows = [queued(one) for one in letters]
        added = await outbox.add_all(conn, rows, priority=outbox.REMINDER, now=now)
    return closed + len(added)


def _due(case: Case, today: dt.date, service: Service) -> Iterator[Due]:
    """Give the step a case has reached; earlier ones are behind it."""
    days = working_days(service.content)
    if today < case.due:
        yield Due(case, *STEPS[0])
    elif today > case.due:
        late = days.between(case.due, today)
        yield Due(case, *STEPS[2 if late >= 3 else 1])


async def _close_silent(conn: Connection, service: Service, now: dt.datetime) -> int:
    """Close answered cases whose citizens said nothing for as long as the rules let them."""
    days, rules = working_days(service.content), service.content.feedback.days
    today = _day(now)
    count = Clock(days, rules)
    closed = 0
    # A working day is a day at least: what was answered later cannot be silent long enough yet.
    for case in await cases.done_before(conn, now - dt.timedelta(days=rules.confirm)):
        if case.done is None or days.between(_day(case.done), today) <= rules.confirm:
            continue
        story = tell(await case_log.of_case(conn, case.id), count)
        if story is None or not next_state(story, "silent"):
            continue
        await case_log.append(conn, case.id, "silent", actor=None, role="system", now=now)
        after = tell(await case_log.of_case(conn, case.id), count)
        assert after is not None, "it has acts"
        await cases.change(conn, case.id, **listed(after))
        closed += 1
    return closed


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZONE).date()


def _recipients(due: Due, holders: Iterable[Holder]) -> list[Person]:
    """Give who gets a notice; where a body has nobody, the coordinators."""
    agency = due.case.agency
    found = {
        holder.person.id: holder.person
        for holder in holders
        if holder.reached and holder.role.role in due.to
        if holder.role.role == "coordinator" or holder.role.agency == agency
    }
    if found:
        return list(found.values())
    return [h.person for h in holders if h.reached and h.role.role == "coordinator"]


def _letter(due: Due, person: Person) -> Letter:
    t = speaking(person)
    case = due.case
    text = f"{_words(due, t)}\n{shown(case.code)} · {case.field}\n"
    text += t("Answer due on {date}.", date=t.date(case.due))
    rows = ((Button(t("Open it"), f"case:show:{case.id}"),),)
    key = f"case:{case.id}:{due.step}@{case.due}:{person.id}"
    return letter(person, key, text, rows)


def _words(due: Due, t: Translator) -> str:
    if due.step == "soon":
        return t("⏰ A feedback is due soon")
    return t("❗ A feedback is late")
