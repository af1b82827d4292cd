"""The coordinator looks at what was sent: accepts it, or returns it with a reason."""

from __future__ import annotations

from db import dialogs, report_events
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, File, Letter, Reply, Request, Rows
from handlers.my_reports import status
from handlers.reports import state as states
from handlers.reports.colleagues import holding, letter, speaking
from handlers.reports.mine import AGENCY_STAFF, Mine, note
from handlers.reports.reminder import choices
from handlers.reports.words import agency_name

FORM = "return"
MOST = 10
"""Reports offered at once."""
LONGEST_REASON = 500


async def waiting(key: str, ctx: Context) -> Reply:
    """List the reports of a period that wait for a look."""
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    found = [one for one in state.of_period(key) if state.standing(one).state == "submitted"]
    if not found:
        return Reply(ctx.t("Nothing waits for a look."))
    rows = tuple(
        (Button(agency_name(one.agency, ctx.content, ctx.t), f"board:look:{one.key}"),)
        for one in found[:MOST]
    )
    return Reply(ctx.t("Waiting for a look ({count})", count=len(found)), rows)


async def look(key: str, ctx: Context) -> Reply:
    """Show one report that was sent, with its file where there is one."""
    mine = await _find(key, ctx)
    if isinstance(mine, Reply):
        return mine
    t = ctx.t
    text = _told(mine, ctx)
    files: tuple[File, ...] = ()
    proof = mine.stands.proof
    kept = await report_events.file_of(ctx.conn, proof.id) if proof else None
    if kept:
        files = (File(*kept),)
    elif proof is None:
        text = together([text, t("No document number and no file came along yet.")])
    rows = (
        (
            Button(t("Accept"), f"board:accept:{key}"),
            Button(t("Return it"), f"board:return:{key}"),
        ),
    )
    return Reply(text, rows if mine.stands.state == "submitted" else (), files=files)


async def accept(key: str, ctx: Context) -> Reply:
    """Accept a report."""
    mine = await _find_sent(key, ctx)
    if isinstance(mine, Reply):
        return mine
    await note("accepted", mine, ctx)
    return Reply(ctx.t("Accepted: {title}.", title=mine.title(ctx)), _next(mine, ctx))


async def ask_reason(key: str, ctx: Context) -> Reply:
    """Ask why a report is returned."""
    mine = await _find_sent(key, ctx)
    if isinstance(mine, Reply):
        return mine
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, "reason", {"key": key}), now=ctx.now)
    ask = ctx.t("What has to be mended? The body reads these words. /huy ends this.")
    return Reply(f"{mine.title(ctx)}\n\n{ask}", fresh=True)


async def return_it(request: Request, ctx: Context, dialog: Dialog) -> Reply:
    """Return the report with the reason typed, and tell the body."""
    reason = request.text.strip()[:LONGEST_REASON]
    if not reason:
        return Reply(ctx.t("Please type the reason in words."))
    mine = await _find_sent(str(dialog.data["key"]), ctx)
    await dialogs.end(ctx.conn, ctx.person)
    if isinstance(mine, Reply):
        return mine
    event = await note("returned", mine, ctx, reason=reason)
    done = ctx.t("Returned: {title}. The body has been told.", title=mine.title(ctx))
    letters = await _to_body(event, reason, mine, ctx)
    return Reply(done, _next(mine, ctx), letters=letters)


async def _to_body(event: int, reason: str, mine: Mine, ctx: Context) -> tuple[Letter, ...]:
    found = await holding(ctx, AGENCY_STAFF, mine.owed.agency)
    letters = []
    for holder in found:
        t = speaking(holder.person)
        text = together(
            [
                t("Sở Nội vụ has returned this report"),
                mine.title(ctx),
                t("Reason: {reason}", reason=reason),
                t("Please mend it and press “Submitted” again."),
            ]
        )
        key = f"report:returned:{event}:{holder.person.id}"
        letters.append(letter(holder.person, key, text, choices(mine.key, t)))
    return tuple(letters)


async def _find(key: str, ctx: Context) -> Mine | Reply:
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    owed = state.find(key)
    return Mine(state, owed, state.standing(owed)) if owed else ctx.old_button()


async def _find_sent(key: str, ctx: Context) -> Mine | Reply:
    """Find a report that waits for a look; a reply where it does not, or is gone."""
    mine = await _find(key, ctx)
    if isinstance(mine, Mine) and mine.stands.state != "submitted":
        return Reply(_told(mine, ctx))
    return mine


def _told(mine: Mine, ctx: Context) -> str:
    return f"{mine.title(ctx)}\n{status(mine.stands, ctx)}"


def _next(mine: Mine, ctx: Context) -> Rows:
    key = mine.owed.period.key
    return (
        (Button(ctx.t("Next one"), f"board:review:{key}"),),
        (Button(ctx.t("Open the board"), f"board:show:{key}"),),
    )
