"""Forms of several steps: what somebody types belongs to the form they are in, until it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from db import dialogs
from db.dialogs import Dialog
from handlers import (
    case_acts,
    case_words,
    change_due_day,
    extend_report,
    my_cases,
    open_report,
    review_reports,
    send_feedback,
    snooze_report,
    submit_report,
)
from handlers.announce import FORM as ANNOUNCING
from handlers.announce import go_on as go_on_announcing
from handlers.context import Context
from handlers.message import Reply, Request

Step = Callable[[Request, Context, Dialog], Awaitable[Reply]]
FORMS: Mapping[str, Step] = {
    submit_report.FORM: submit_report.take_proof,
    extend_report.FORM: extend_report.go_on,
    snooze_report.FORM: snooze_report.go_on,
    review_reports.FORM: review_reports.return_it,
    change_due_day.FORM: change_due_day.go_on,
    open_report.FORM: open_report.go_on,
    ANNOUNCING: go_on_announcing,
    send_feedback.FORM: send_feedback.go_on,
    my_cases.FORM: my_cases.go_on,
    case_words.FORM: case_acts.go_on,
}
"""What goes on with each form when somebody types or sends a file."""
STAFF_FORMS: Mapping[str, frozenset[str]] = {
    review_reports.FORM: frozenset({"coordinator"}),
    change_due_day.FORM: frozenset({"coordinator"}),
    open_report.FORM: frozenset({"coordinator"}),
    ANNOUNCING: frozenset({"editor", "admin"}),
    case_words.FORM: frozenset({"handler", "head", "coordinator"}),
}
"""Forms that only some roles may go on with: a role taken back ends them."""
FORGOTTEN = dt.timedelta(hours=2)
"""A form left for so long has been forgotten: what is typed then is a question again."""


def open_form(ctx: Context) -> Dialog | None:
    """Give the form this person is in; none that was left long ago or is not theirs any more."""
    form = ctx.dialog
    if form is None or form.kind not in FORMS:
        return None
    if form.at is not None and ctx.now - form.at > FORGOTTEN:
        return None
    may = STAFF_FORMS.get(form.kind)
    return form if may is None or may & {role.role for role in ctx.roles} else None


async def fill_in(form: Dialog, request: Request, ctx: Context) -> Reply:
    """Go on with a form."""
    return await FORMS[form.kind](request, ctx, form)


async def cancel(request: Request, ctx: Context) -> Reply:
    """/huy: leave the form; nothing of it is kept."""
    del request
    if open_form(ctx) is None:
        return Reply(ctx.t("There is nothing to end. Just type your question."))
    await dialogs.end(ctx.conn, ctx.person)
    return Reply(ctx.t("Ended; nothing was changed."))
