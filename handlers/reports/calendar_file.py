"""Due days as a calendar file any calendar program reads (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from icalendar import Alarm, Calendar, Event

from content.catalogue import Translator
from content.whole import Content
from handlers.context import ZONE
from handlers.reports.due import Obligation
from handlers.reports.words import agency_name, period_name, why_due

TYPE = "text/calendar"
A_DAY = dt.timedelta(days=1)
REFRESH = dt.timedelta(hours=12)


def calendar_file(
    owed: Iterable[tuple[Obligation, dt.date]], content: Content, t: Translator, *, now: dt.datetime
) -> bytes:
    """Write obligations, each with the day that counts for it, as all-day events."""
    calendar = Calendar()
    calendar.add("prodid", "-//motcua//reports//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", t("Report deadlines"))
    calendar.add("x-wr-timezone", str(ZONE))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for one, due in owed:
        calendar.add_component(_event(one, due, content, t, now))
    return bytes(calendar.to_ical())


def _event(
    owed: Obligation, due: dt.date, content: Content, t: Translator, now: dt.datetime
) -> Event:
    event = Event()
    # The same report keeps its identity when its day moves, so that calendars move it too.
    event.add("uid", f"{owed.period.report}-{owed.period.year}-{owed.agency}@motcua")
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("dtstart", due)
    event.add("dtend", due + A_DAY)
    body = agency_name(owed.agency, content, t)
    event.add("summary", f"{period_name(owed.period, t)} – {body}")
    clock = content.reports.day_rules.due_time
    told = [t("Due by {clock} on {date}.", clock=clock, date=t.date(due))]
    if due == owed.period.due.day:
        told.append(why_due(owed, content, t))
    event.add("description", " ".join(told))
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", period_name(owed.period, t))
    alarm.add("trigger", -A_DAY)
    event.add_component(alarm)
    return event
