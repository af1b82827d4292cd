"""Changes the language the bot answers in."""

from __future__ import annotations

from dataclasses import replace

from content.catalogue import LANGS, translator
from db import people
from handlers.context import Context
from handlers.message import Reply, Request
from handlers.start import start


async def language(request: Request, ctx: Context) -> Reply:
    """Remember the language of the button (`lang:en`) or command (/en, /vi); greet in it."""
    wanted = request.action.partition(":")[2] or request.text.strip().lstrip("/")
    if wanted not in LANGS:
        return Reply(ctx.t("I speak Vietnamese (/vi) and English (/en)."))
    await people.set_lang(ctx.conn, ctx.person, wanted)
    return await start(request, replace(ctx, t=translator(wanted)))
