"""What the buttons on reports and on the coordinator's board do: a table for each kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from handlers.board import picture, show_period
from handlers.board import spreadsheet as board_sheet
from handlers.change_due_day import ask_day, move
from handlers.context import Context
from handlers.decide_extension import asked, grant, refuse
from handlers.extend_report import ask_reason as ask_for_time
from handlers.extend_report import choose_day, sure
from handlers.hand_over_report import choose_colleague, hand_over
from handlers.message import Reply, Request
from handlers.my_reports import card, show_report
from handlers.nudge_reports import nudge, preview
from handlers.on_time import on_time
from handlers.on_time import spreadsheet as on_time_sheet
from handlers.open_report import begin, choose_kind, open_it
from handlers.reports.mine import Mine, find
from handlers.review_reports import accept, ask_reason, look, waiting
from handlers.snooze_report import choose_time, snooze
from handlers.submit_report import ask_for_proof, submit, undo

Verb = Callable[[str, Context], Awaitable[Reply]]
ON_ONE: Mapping[str, Callable[[Mine, Context], Awaitable[Reply]]] = {
    "show": show_report,
    "submit": submit,
    "undo": undo,
    "proof": ask_for_proof,
    "extend": ask_for_time,
    "until-yes": sure,
    "hand": choose_colleague,
    "snooze": choose_time,
}
"""What somebody of a body can do with its report (`report:<verb>:<key>`)."""
CHOSEN: Mapping[str, Callable[[str, Mine, Context], Awaitable[Reply]]] = {
    "until": choose_day,
    "hand-to": hand_over,
    "later": snooze,
}
"""What follows a choice that was offered (`report:<verb>:<choice>:<key>`)."""
WHILE_OPEN = frozenset({"submit", "extend", "until-yes", "hand", "snooze", *CHOSEN})
"""Verbs for a report that is not sent yet; on another one they show how it stands."""
WHILE_SENT = frozenset({"undo", "proof"})
"""Verbs for a report that was sent and not looked at yet."""
OF_THE_COORDINATOR: Mapping[str, Verb] = {
    "show": show_period,
    "picture": picture,
    "xlsx": board_sheet,
    "review": waiting,
    "look": look,
    "accept": accept,
    "return": ask_reason,
    "asked": asked,
    "grant": grant,
    "refuse": refuse,
    "nudge": preview,
    "nudge-yes": nudge,
    "due": ask_day,
    "due-yes": move,
    "open": choose_kind,
    "kind": begin,
    "open-yes": open_it,
    "ontime": on_time,
    "ontime-xlsx": on_time_sheet,
}
"""What the coordinator can do (`board:<verb>:<rest>`)."""


async def act_on_report(request: Request, ctx: Context) -> Reply:
    """Do what a button on a report of one's own body says."""
    verb, _, told = request.action.partition(":")[2].partition(":")
    period, _, agency = told.rpartition(":")
    choice, _, report = period.rpartition(":")
    mine = await find(f"{report}:{agency}", ctx)
    if isinstance(mine, Reply):
        return mine
    if (verb in WHILE_OPEN and mine.stands.done) or (
        verb in WHILE_SENT and mine.stands.state != "submitted"
    ):
        return card(mine, ctx)
    if verb in CHOSEN:
        return await CHOSEN[verb](choice, mine, ctx)
    return await ON_ONE[verb](mine, ctx) if verb in ON_ONE else ctx.old_button()


async def act_on_board(request: Request, ctx: Context) -> Reply:
    """Do what a button on the board says."""
    verb, _, told = request.action.partition(":")[2].partition(":")
    does = OF_THE_COORDINATOR.get(verb)
    return await does(told, ctx) if does else ctx.old_button()
