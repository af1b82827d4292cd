"""“I have read it”: an official confirms an announcement; an editor nudges those who have not."""

from __future__ import annotations

from db import announced, announcements
from db.announcements import Announcement
from handlers.announcing.wording import wording
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Reply, Request
from handlers.reports.colleagues import letter, speaking


async def have_read(request: Request, ctx: Context) -> Reply:
    """Note it (`read:<number>`); whom it was not sent to has nothing to confirm."""
    number = request.action.partition(":")[2]
    one = await announcements.by_name(ctx.conn, number)
    if one is None or not await announced.is_for(ctx.conn, one.id, ctx.person):
        return ctx.old_button()
    await announced.read(ctx.conn, one.id, ctx.person, ctx.now)
    return Reply(ctx.t("Thank you, noted."), notice=ctx.t("Thank you, noted."), fresh=True)


async def nudge(one: Announcement, ctx: Context) -> Reply:
    """Write again to who has not read it, once a day at most."""
    letters = []
    for person, _ in await announced.unread(ctx.conn, one.id):
        t = speaking(person)
        text, rows = wording(one.content, person.lang, one.id)
        words = together([t("Please read this and confirm it:"), text])
        key = f"nudge:announce:{one.id}:{ctx.today}:{person.id}"
        letters.append(letter(person, key, words, rows))
    told = ctx.t(
        "Reminded: {count}. Each person is reminded once a day at most.", count=len(letters)
    )
    return Reply(told, letters=tuple(letters))
