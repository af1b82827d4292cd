"""Says of a report what it is, which figures it holds, and when it is due next."""

from __future__ import annotations

import datetime as dt

from content.catalogue import Translator
from content.reports import Report
from content.whole import Content
from handlers.answers.pieces import bullets, section, together
from handlers.reports.due import Period, periods, why

A_YEAR = dt.timedelta(days=400)


def one_report(report: Report, content: Content, t: Translator, today: dt.date) -> str:
    """The report's name, its next due day with the reason, the province's day, and the sources."""
    coming = [p for p in periods(content, today, today + A_YEAR) if p.report == report.id]
    sources = [content.reports.sources[key].doc for key in report.source_keys]
    return together(
        [
            report.name.get(t.lang),
            report.note,
            _next(coming[0], content, t) if coming else t("It is not asked for any more."),
            bullets(t("Source"), sources),
            t("Checked on {date}.", date=t.date(content.reports.checked)),
        ]
    )


def _next(period: Period, content: Content, t: Translator) -> str:
    lines = [section(t("Due next"), why(period.due, content, t))]
    if period.window:
        first, last = (t.date(day) for day in period.window)
        lines.insert(0, t("Figures from {first} to {last}.", first=first, last=last))
    if period.province:
        lines.append(section(t("The province's own day"), why(period.province, content, t)))
    return "\n".join(lines)
