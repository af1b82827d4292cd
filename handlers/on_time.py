"""The on-time table: for each body and year, how many reports came in time, late, or never."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from db import report_events
from handlers.answers.pieces import together
from handlers.context import ZONE, Context
from handlers.message import Button, File, Reply
from handlers.reports.due import obligations
from handlers.reports.opened import opened
from handlers.reports.sheet import TYPE, sheet
from handlers.reports.standing import Standing, log_of, standing
from handlers.reports.words import agency_name

YEARS = 3
"""Years looked back on, this one included."""
IN_TIME, LATE, NEVER = "in time", "late", "never"
Table = dict[tuple[str, int], Counter[str]]


async def on_time(told: str, ctx: Context) -> Reply:
    """Show the table in short, and offer it as a spreadsheet."""
    del told
    t = ctx.t
    table = await _table(ctx)
    if not table:
        return Reply(t("No report has been due since reminding began here."))
    lines = [_line(year, table, ctx) for year in sorted({year for _, year in table})]
    worst = _worst(table)
    named = [f"• {agency_name(agency, ctx.content, t)}: {count}" for agency, count in worst.items()]
    text = together(
        [
            t("Reports in time"),
            "\n".join(lines),
            "\n".join([t("Most often late or missing:"), *named]) if named else "",
            t("Counted from the log of submissions, by the day that counted at that time."),
        ]
    )
    return Reply(text, ((Button(t("Spreadsheet"), "board:ontime-xlsx:"),),))


async def spreadsheet(told: str, ctx: Context) -> Reply:
    """Give the whole table."""
    del told
    t = ctx.t
    head = [t("Body"), t("Year"), t("In time"), t("Late"), t("Not sent")]
    rows = [
        (agency_name(agency, ctx.content, t), year, *(found[k] for k in (IN_TIME, LATE, NEVER)))
        for (agency, year), found in sorted((await _table(ctx)).items())
    ]
    file = File("dung-han.xlsx", TYPE, sheet(t("Reports in time"), head, rows))
    return Reply(t("Reports in time"), files=(file,), fresh=True)


async def _table(ctx: Context) -> Table:
    """Count every obligation that came due since the first act or tick here."""
    first_year = ctx.today.year - YEARS + 1
    events = await report_events.since(ctx.conn, first_year)
    begun = min((event.at.astimezone(ZONE).date() for event in events), default=None)
    if begun is None:
        return {}
    log = log_of(events)
    owed = [
        *obligations(ctx.content, begun, ctx.today - dt.timedelta(days=1)),
        *(one for one in opened(ctx.content, events) if one.period.due.day < ctx.today),
    ]
    table: Table = {}
    for one in owed:
        stands = standing(one, log)
        if one.period.remind and stands.due < ctx.today:
            table.setdefault((one.agency, one.period.year), Counter())[_kind(stands)] += 1
    return table


def _kind(stands: Standing) -> str:
    if not stands.done:
        return NEVER
    return IN_TIME if stands.on_time else LATE


def _line(year: int, table: Table, ctx: Context) -> str:
    total: Counter[str] = sum(
        (found for (_, of), found in table.items() if of == year), start=Counter()
    )
    return ctx.t(
        "{year}: {share} in time ({in_time} of {all}), {late} late, {never} not sent",
        year=year,
        share=ctx.t.percent(total[IN_TIME] / total.total()),
        in_time=total[IN_TIME],
        all=total.total(),
        late=total[LATE],
        never=total[NEVER],
    )


def _worst(table: Table) -> dict[str, int]:
    """Give the five bodies that were late or missing most often."""
    bad: Counter[str] = Counter()
    for (agency, _), found in table.items():
        bad[agency] += found[LATE] + found[NEVER]
    return {agency: count for agency, count in bad.most_common(5) if count}
