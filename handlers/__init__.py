"""The behaviour: one file for each thing a person can do, and this table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from content.catalogue import Translator, msg
from db.roles import Role
from handlers.acts import Act
from handlers.acts import menu as list_menu
from handlers.ask import ask
from handlers.context import Context
from handlers.forget import ask_first, forget
from handlers.helped import helped
from handlers.invitation import accept
from handlers.language import language
from handlers.message import Reply, Request
from handlers.my_data import act_on_data, my_data
from handlers.none_fits import none_fits
from handlers.open_questions import act_on_question, open_questions
from handlers.show import show_entry, show_fact
from handlers.start import help_, start

CURATORS = frozenset({"editor", "admin"})

COMMANDS: Mapping[str, Act] = {
    "/start": Act(start),
    "/help": Act(help_, msg("what I can do")),
    "/vi": Act(language, msg("answer in Vietnamese")),
    "/en": Act(language, msg("answer in English")),
    "/dulieu": Act(my_data, msg("what is kept of me: see, save, erase"), alone=True),
    "/forget": Act(ask_first, msg("erase this conversation"), alone=True),
    "/cauhoi": Act(
        open_questions, msg("questions that got no good answer"), roles=CURATORS, alone=True
    ),
}
"""What a message that begins with / does."""

BUTTONS: Mapping[str, Act] = {
    "show": Act(show_entry),
    "fact": Act(show_fact),
    "lang": Act(language),
    "none": Act(none_fits),
    "helped": Act(helped),
    "forget": Act(forget, alone=True),
    "invite": Act(accept, alone=True),
    "data": Act(act_on_data, alone=True),
    "question": Act(act_on_question, roles=CURATORS, alone=True),
}
"""What a button does, by the word before the first colon of its action."""


def menu(t: Translator, held: frozenset[Role]) -> tuple[tuple[str, str], ...]:
    """List the commands somebody with these roles may use, and what each does."""
    return list_menu(COMMANDS, t, held)


async def handle(request: Request, ctx: Context) -> Reply:
    """Route one message to the handler that answers it, if this person may do it."""
    ctx = replace(ctx, menu_of=lambda held: menu(ctx.t, held))
    if request.action:
        pressed = BUTTONS.get(request.action.partition(":")[0])
        return await _do(pressed, request, ctx) if pressed else ctx.old_button()
    text = request.text.strip()
    if not text:
        return Reply(_wordless(request, ctx.t))
    if text.startswith("/"):
        command = COMMANDS.get(text.split()[0].partition("@")[0].lower())
        if command and command.allows(ctx.roles):
            return await _do(command, request, ctx)
        return Reply(ctx.t("I do not know this command. Please ask in words, or send /help."))
    return await ask(request, ctx)


async def _do(act: Act, request: Request, ctx: Context) -> Reply:
    """Do it, unless the person may not, or others would read along."""
    if not act.allows(ctx.roles):
        return Reply(ctx.t("This is for staff who were given that task."))
    if act.alone and request.shared:
        return ctx.not_here()
    return await act.does(request, ctx)


def _wordless(request: Request, t: Translator) -> str:
    if request.files or request.place:
        return t("Thank you, but I can only read words. Please type what you want to know.")
    return t("Please type your question in words.")
