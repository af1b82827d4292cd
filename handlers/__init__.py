"""The behaviour: one file for each thing a person can do, and this table of contents."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.ask import ask
from handlers.context import Context, Handler
from handlers.forget import ask_first, forget
from handlers.language import language
from handlers.message import Reply, Request
from handlers.none_fits import none_fits
from handlers.show import show_entry, show_fact
from handlers.start import start

COMMANDS: Mapping[str, Handler] = {
    "/start": start,
    "/help": start,
    "/vi": language,
    "/en": language,
    "/forget": ask_first,
}
"""What a message that begins with / does."""

BUTTONS: Mapping[str, Handler] = {
    "show": show_entry,
    "fact": show_fact,
    "lang": language,
    "none": none_fits,
    "forget": forget,
}
"""What a button does, by the word before the first colon of its action."""


async def handle(request: Request, ctx: Context) -> Reply:
    """Route one message to the handler that answers it."""
    if request.action:
        pressed = BUTTONS.get(request.action.partition(":")[0])
        if pressed:
            return await pressed(request, ctx)
        return Reply(ctx.t("This button is from an older conversation. Please ask again in words."))
    text = request.text.strip()
    if not text:
        return Reply(ctx.t("Please type your question in words."))
    if text.startswith("/"):
        command = COMMANDS.get(text.split()[0].partition("@")[0].lower())
        if command:
            return await command(request, ctx)
        return Reply(ctx.t("I do not know this command. Please ask in words, or send /help."))
    return await ask(request, ctx)
