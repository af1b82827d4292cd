"""Shows staff a feedback with all that happened to it, and what can be done now."""

from __future__ import annotations

from db import case_log, cases
from db.cases import Case
from handlers.answers.pieces import together
from handlers.case_inbox import coordinates
from handlers.cases.desk import lines, take_up, title
from handlers.cases.names import ACTS, STATES
from handlers.cases.routing import router_of
from handlers.context import ZONE, Context
from handlers.message import Button, File, Reply, Rows


async def show_case(case: Case, more: str, ctx: Context) -> Reply:
    """Show a feedback with all that happened, and what can be done."""
    del more
    t = ctx.t
    told = []
    for one, words in await lines(case, ctx, inner=True):
        at = one.at.astimezone(ZONE)
        line = f"{at:%H:%M %d/%m} {t(ACTS.get(one.kind, one.kind))}"
        told.append(f"{line}: {words}" if words else line)
    desk = await take_up(case, ctx)
    body = ctx.content.agencies.get(case.agency)
    names = [
        title(case, ctx),
        t(STATES[case.state]),
        t("Answer due on {date}.", date=t.date(case.due)),
    ]
    if body:
        names.append(t("Body: {body}", body=body.name.get(t.lang)))
    if desk.story.rejections:
        names.append(t("Sent back {count} times", count=desk.story.rejections))
    files = tuple(
        File(name, type_, data) for _, name, type_, data in await cases.files(ctx.conn, case.id)
    )
    return Reply(
        together(["\n".join(names), "\n".join(told)]),
        await _choices(case, ctx),
        files=files,
        fresh=True,
    )


async def _choices(case: Case, ctx: Context) -> Rows:
    t, number = ctx.t, case.id
    if not case.open:
        return ((Button(t("Cover words"), f"case:redact:{number}"),),)
    rows: list[tuple[Button, ...]] = []
    if case.state == "received":
        rows += [(button,) for button in await _proposed(case, ctx)]
    if case.state == "assigned":
        rows.append((Button(t("Take it on"), f"case:start:{number}"),))
    if case.state != "received":
        rows.append(
            (Button(t("Answer"), f"case:answer:{number}"), Button(t("Ask"), f"case:ask:{number}"))
        )
    rows.append(
        (Button(t("Hand on"), f"case:hand:{number}"), Button(t("Note"), f"case:note:{number}"))
    )
    rows.append(
        (
            Button(t("More time"), f"case:extend:{number}"),
            Button(t("Cover words"), f"case:redact:{number}"),
        )
    )
    if coordinates(ctx):
        rows.append(
            (
                Button(t("Join"), f"case:merge:{number}"),
                Button(t("No feedback"), f"case:spam:{number}"),
            )
        )
    return tuple(rows)


async def _proposed(case: Case, ctx: Context) -> list[Button]:
    words = await case_log.words(ctx.conn, case.id)
    text = next(iter(words.values()), "")
    found = router_of(ctx.content, ctx.index).propose(text)
    return [
        Button(
            ctx.content.agencies[body].name.get(ctx.t.lang)[:50], f"case:assign:{case.id}:{body}"
        )
        for body in found.bodies
    ]
