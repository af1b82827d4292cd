"""Shows curators the questions that got no good answer, and takes what each of them means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db import audit, questions
from db.questions import Asked
from handlers.answers.pieces import together
from handlers.context import ZONE, Context
from handlers.message import Button, Reply, Request
from handlers.search.reading import tokenise
from handlers.search.syllable import fold

LOOKED_BACK = dt.timedelta(days=60)
SHOWN = 5
"""Groups shown at once; the most urgent first."""
OFFERED = 3


@dataclass(frozen=True)
class Group:
    """Questions in the same words: how many people asked, since when."""

    asked: tuple[Asked, ...]

    @property
    def people(self) -> int:
        """How many different people asked."""
        return len({one.person_id for one in self.asked})

    @property
    def first(self) -> Asked:
        """The oldest of them."""
        return self.asked[0]


def group(found: Iterable[Asked]) -> list[Group]:
    """Put questions with the same words together: most people first, then the oldest."""
    groups: dict[str, list[Asked]] = {}
    for one in found:
        groups.setdefault(" ".join(map(fold, tokenise(one.text))), []).append(one)
    made = [Group(tuple(members)) for members in groups.values()]
    return sorted(made, key=lambda g: (-g.people, g.first.at, g.first.id))


async def open_questions(request: Request, ctx: Context) -> Reply:
    """List the open questions by people and age, each with a button to look at it."""
    del request
    return _list(await _groups(ctx), ctx)


def _list(groups: list[Group], ctx: Context) -> Reply:
    if not groups:
        return Reply(ctx.t("No open questions. Well done."))
    t = ctx.t
    lines = [
        t(
            "{number}. “{text}” – {people} people, since {date}",
            number=at,
            text=g.first.text,
            people=g.people,
            date=t.date(g.first.at.astimezone(ZONE).date()),
        )
        for at, g in enumerate(groups[:SHOWN], 1)
    ]
    rows = [
        (Button(t("Question {number}", number=at), f"question:look:{g.first.id}"),)
        for at, g in enumerate(groups[:SHOWN], 1)
    ]
    head = t("Questions without a good answer: {count}", count=len(groups))
    return Reply(together([head, "\n".join(lines)]), tuple(rows))


async def act_on_question(request: Request, ctx: Context) -> Reply:
    """Look at one (`question:look:12`), say what it means, or put it aside."""
    act, _, told = request.action.partition(":")[2].partition(":")
    number, _, choice = told.partition(":")
    found = None
    if number.isdecimal() and len(number) < 18:
        found = next((g for g in await _groups(ctx) if g.first.id == int(number)), None)
    if found is None:
        return Reply(ctx.t("This question has been dealt with. /cauhoi shows what is open."))
    match act:
        case "look":
            return _look(found, ctx)
        case "means" if choice.isdecimal() and int(choice) < len(offered := _offered(found, ctx)):
            return await _close(found, offered[int(choice)], ctx)
        case "aside":
            return await _close(found, "", ctx)
    return Reply(ctx.t("This question has been dealt with. /cauhoi shows what is open."))


def _look(found: Group, ctx: Context) -> Reply:
    t = ctx.t
    number = found.first.id
    rows = [
        (Button(ctx.content.title(ref, t.lang), f"question:means:{number}:{at}"),)
        for at, ref in enumerate(_offered(found, ctx))
    ]
    rows.append((Button(t("Nothing here answers it"), f"question:aside:{number}"),))
    text = together(
        [
            f"“{found.first.text}”",
            t("Which entry answers this? It goes to those who keep the bank of questions."),
        ]
    )
    return Reply(text, tuple(rows))


def _offered(found: Group, ctx: Context) -> Sequence[str]:
    return [ref for ref in found.first.refs if ref in ctx.content.entries][:OFFERED]


async def _close(found: Group, meant: str, ctx: Context) -> Reply:
    numbers = [one.id for one in found.asked]
    await questions.close(ctx.conn, numbers, by=ctx.person.id, meant=meant, now=ctx.now)
    await audit.note(
        ctx.conn,
        "question closed",
        str(found.first.id),
        actor=ctx.person.id,
        now=ctx.now,
        meant=meant,
    )
    said = (
        ctx.t("Noted for those who keep the bank of questions.") if meant else (ctx.t("Put aside."))
    )
    following = _list(await _groups(ctx), ctx)
    return Reply(together([said, following.text]), following.buttons)


async def _groups(ctx: Context) -> list[Group]:
    return group(await questions.to_look_at(ctx.conn, since=ctx.now - LOOKED_BACK))
