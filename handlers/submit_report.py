"""“Submitted”: one tap stops the reminders; the document or the file may follow as proof."""

from __future__ import annotations

from db import dialogs, reminders, report_events
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, File, Reply, Request
from handlers.my_reports import card
from handlers.reports.documents import Paper, file_type, read_paper
from handlers.reports.mine import Mine, find, note

FORM = "proof"
"""The form that waits for the document or the file."""


async def submit(mine: Mine, ctx: Context) -> Reply:
    """Write down that the report was sent, and ask for what proves it."""
    await note("submitted", mine, ctx)
    await reminders.stop(ctx.conn, f"remind:{mine.key}:", now=ctx.now)
    await _wait(mine, ctx)
    t = ctx.t
    text = together(
        [
            f"✅ {mine.title(ctx)}",
            t("Noted as sent. There will be no more reminders of it."),
            t(
                "Please send the number and date of the document, such as 123/BC-STP 16/3, or the "
                "file itself. You can also do it later."
            ),
        ]
    )
    rows = (
        _later(mine, ctx),
        (Button(t("Pressed by mistake"), f"report:undo:{mine.key}"),),
    )
    return Reply(text, rows, fresh=True)


async def undo(mine: Mine, ctx: Context) -> Reply:
    """Take a submission back that nobody has looked at yet: it was a slip."""
    await note("withdrawn", mine, ctx)
    await dialogs.end(ctx.conn, ctx.person)
    again = await find(mine.key, ctx)
    return again if isinstance(again, Reply) else card(again, ctx)


async def ask_for_proof(mine: Mine, ctx: Context) -> Reply:
    """Ask for the document or the file of a report that was sent."""
    await _wait(mine, ctx)
    return Reply(_how(ctx), (_later(mine, ctx),))


async def take_proof(request: Request, ctx: Context, dialog: Dialog) -> Reply:
    """Take the document's number and date, or the file, that somebody sent."""
    mine = await find(str(dialog.data["key"]), ctx)
    if isinstance(mine, Reply) or mine.stands.state != "submitted":
        await dialogs.end(ctx.conn, ctx.person)
        return mine if isinstance(mine, Reply) else card(mine, ctx)
    if request.files:
        return await _take_file(request.files[0], mine, ctx)
    paper = read_paper(request.text, ctx.today)
    if paper is None:
        sorry = ctx.t("I find no document number in these words.")
        return Reply(together([sorry, _how(ctx)]), (_later(mine, ctx),))
    return await _take_paper(paper, mine, ctx)


async def _take_paper(paper: Paper, mine: Mine, ctx: Context) -> Reply:
    day = paper.day.isoformat() if paper.day else None
    await note("proof", mine, ctx, number=paper.number, day=day)
    await dialogs.end(ctx.conn, ctx.person)
    t = ctx.t
    told = (
        t("Noted: document {number} of {date}.", number=paper.number, date=t.date(paper.day))
        if paper.day
        else t("Noted: document {number}.", number=paper.number)
    )
    return Reply(together([f"✅ {mine.title(ctx)}", told]))


async def _take_file(file: File, mine: Mine, ctx: Context) -> Reply:
    t = ctx.t
    kind = file_type(file.data)
    if kind is None:
        text = t(
            "{name} is no file a report comes in. Please send PDF, Word, Excel, or a picture (PNG, "
            "JPEG).",
            name=file.name,
        )
        return Reply(text, (_later(mine, ctx),))
    number = await note("proof", mine, ctx, file=file.name)
    await report_events.keep_file(
        ctx.conn, number, name=file.name[:200], type_=kind, data=file.data
    )
    await dialogs.end(ctx.conn, ctx.person)
    return Reply(together([f"✅ {mine.title(ctx)}", t("The file {name} is kept.", name=file.name)]))


def _how(ctx: Context) -> str:
    return ctx.t(
        "Please type the number and date of the document, such as 123/BC-STP 16/3, or send the "
        "file. /huy ends this."
    )


def _later(mine: Mine, ctx: Context) -> tuple[Button, ...]:
    return (Button(ctx.t("Later"), f"report:show:{mine.key}"),)


async def _wait(mine: Mine, ctx: Context) -> None:
    form = Dialog(FORM, "wait", {"key": mine.key})
    await dialogs.put(ctx.conn, ctx.person, form, now=ctx.now)
