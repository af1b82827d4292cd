"""Reports the coordinator opened by hand, as periods and obligations like all others. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from content.model import Both
from content.whole import Content
from db.report_events import Event
from handlers.reports.due import DueDay, Obligation, Period


def opened(content: Content, events: Iterable[Event]) -> Iterator[Obligation]:
    """Give what is owed of the reports that were opened by hand."""
    for event in events:
        if event.kind == "opened":
            period = _period(content, event)
            for agency in event.data["audience"]:
                yield Obligation(period, agency)


def _period(content: Content, event: Event) -> Period:
    due = dt.date.fromisoformat(event.data["due"])
    kinds = {kind.id: kind.source for kind in content.reports.ad_hoc}
    name = event.data["name"]
    return Period(
        report=event.report,
        year=event.year,
        name=Both(vi=name, en=name),
        due=DueDay(due, due, kinds.get(event.data["kind"], ""), confirm=False),
        province=None,
        window=None,
        window_source="",
        remind=True,
        opened=event.at,
    )
