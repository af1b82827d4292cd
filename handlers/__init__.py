"""The behaviour: one file for each thing a person can do, and this table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from content.catalogue import Translator, msg
from db.roles import Role
from handlers.acts import Act
from handlers.acts import menu as list_menu
from handlers.announce import announce
from handlers.answer_by_replying import answer_by_replying
from handlers.ask import ask
from handlers.board import board
from handlers.case_acts import act_on_case
from handlers.case_inbox import STAFF as CASE_STAFF
from handlers.case_inbox import inbox
from handlers.context import Context
from handlers.forget import ask_first, forget
from handlers.forms import cancel, fill_in, open_form
from handlers.helped import helped
from handlers.invitation import accept
from handlers.language import language
from handlers.link_channel import act_on_link, link_channel
from handlers.message import Reply, Request
from handlers.my_cases import act_on_mine, my_cases
from handlers.my_data import act_on_data, my_data
from handlers.my_reports import my_reports
from handlers.none_fits import none_fits
from handlers.open_questions import act_on_question, open_questions
from handlers.read_announcement import have_read
from handlers.report_acts import act_on_board, act_on_report
from handlers.report_calendar import STAFF, my_calendar, send_file
from handlers.reports.mine import AGENCY_STAFF
from handlers.results import show_results
from handlers.run_announcement import EDITORS, act_on_announcement, act_on_approval
from handlers.send_feedback import act_on_feedback, feedback
from handlers.show import show_entry, show_fact
from handlers.start import help_, start
from handlers.subscriptions import subscriptions, switch

CURATORS = frozenset({"editor", "admin"})
COORDINATORS = frozenset({"coordinator"})

COMMANDS: Mapping[str, Act] = {
    "/start": Act(start),
    "/help": Act(help_, msg("what I can do")),
    "/vi": Act(language, msg("answer in Vietnamese")),
    "/en": Act(language, msg("answer in English")),
    "/phananh": Act(feedback, msg("report a problem, propose, praise"), alone=True),
    "/cuatoi": Act(my_cases, msg("what became of what I sent"), alone=True),
    "/ketqua": Act(show_results, msg("what became of all feedback, month by month")),
    "/dangky": Act(subscriptions, msg("what I want to be told of"), alone=True),
    "/dulieu": Act(my_data, msg("what is kept of me: see, save, erase"), alone=True),
    "/lienket": Act(
        link_channel, msg("use one account on several channels, or take one away"), alone=True
    ),
    "/forget": Act(ask_first, msg("erase this conversation"), alone=True),
    "/cauhoi": Act(
        open_questions, msg("questions that got no good answer"), roles=CURATORS, alone=True
    ),
    "/baocao": Act(
        my_reports, msg("reports of my body: due, sent, more time"), roles=AGENCY_STAFF, alone=True
    ),
    "/lich": Act(my_calendar, msg("report deadlines of the year"), roles=STAFF, alone=True),
    "/theodoi": Act(
        board, msg("board of reports: who is in, who is late"), roles=COORDINATORS, alone=True
    ),
    "/hopthu": Act(inbox, msg("feedback of my body"), roles=CASE_STAFF, alone=True),
    "/thongbao": Act(announce, msg("write and follow announcements"), roles=EDITORS, alone=True),
    "/huy": Act(cancel),
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
    "link": Act(act_on_link, alone=True),
    "question": Act(act_on_question, roles=CURATORS, alone=True),
    "feedback": Act(act_on_feedback, alone=True),
    "mine": Act(act_on_mine, alone=True),
    "results": Act(show_results),
    "topic": Act(switch, alone=True),
    "announce": Act(act_on_announcement, roles=EDITORS, alone=True),
    "read": Act(have_read, alone=True),
    "approve": Act(act_on_approval, roles=frozenset({"approver"}), alone=True),
    "case": Act(act_on_case, roles=CASE_STAFF, alone=True),
    "report": Act(act_on_report, roles=AGENCY_STAFF, alone=True),
    "calendar": Act(send_file, roles=STAFF, alone=True),
    "board": Act(act_on_board, roles=COORDINATORS, alone=True),
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
    return await _typed(request, request.text.strip(), ctx)


async def _typed(request: Request, text: str, ctx: Context) -> Reply:
    """Take what was not a button: a form goes first, then an answer to a message, then the rest."""
    form = open_form(ctx)
    if text.startswith("/"):
        command = COMMANDS.get(text.split(maxsplit=1)[0].partition("@")[0].lower())
        if command and command.allows(ctx.roles):
            return await _do(command, request, ctx)
        return Reply(ctx.t("I do not know this command. Please ask in words, or send /help."))
    if form:
        return await fill_in(form, request, ctx)
    if not text:
        return Reply(_wordless(request, ctx.t))
    answered = await answer_by_replying(request, ctx) if request.answers else None
    return answered or await ask(request, ctx)


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
