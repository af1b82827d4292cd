"""`reports due` and `simulate`: when reports are due, and what would be sent if nobody did."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.console import fail, known_lang, say
from bot.settings import load
from content.catalogue import Translator, translator
from content.load import load as load_content
from content.whole import Content
from handlers.reports.calendar_file import calendar_file
from handlers.reports.due import Obligation, obligations, of_year, why
from handlers.reports.notices import Notice, simulate
from handlers.reports.sheet import sheet
from handlers.reports.words import agency_name, period_name, why_due, why_notice

app = typer.Typer(help="When reports are due.", no_args_is_help=True)
FIRST, LAST = 2000, 2100
"""Years whose lunar holidays are held against a second computation."""
FAR = dt.timedelta(days=60)
"""No notice is further from its due day than this."""
Lang = Annotated[str, typer.Option(help="vi or en.")]
Json = Annotated[bool, typer.Option("--json", help="A JSON line each.")]


@app.callback()
def reports() -> None:
    """When reports are due."""


@app.command("due")
def due(
    *,
    year: Annotated[int, typer.Option(help="The year of the reports.")],
    agency: Annotated[str, typer.Option(help="Only this body, such as so-tu-phap.")] = "",
    lang: Lang = "vi",
    ics: Annotated[Path | None, typer.Option(help="Write a calendar file.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write a spreadsheet.")] = None,
    as_json: Json = False,
) -> None:
    """List who owes which report when, and why on that day."""
    known_lang(lang)
    t = translator(lang)
    content = load_content(load().content_dir)
    _check_year(year)
    if agency and agency not in content.agencies:
        fail(f"--agency {agency}: not in the content; `motcua content list` shows all", usage=True)
    owed = [one for one in of_year(content, year) if agency in ("", one.agency)]
    for file, data in ((ics, _ics), (xlsx, _xlsx)):
        if file is not None:
            _write(file, data(owed, content, t))
    if as_json:
        for one in owed:
            say(json.dumps(record(one, content, t), ensure_ascii=False))
    elif ics is None and xlsx is None:
        _print(owed, content, t)


def show_simulation(
    first: Annotated[str, typer.Option("--from", help="First day, such as 2026-01-01.")],
    last: Annotated[str, typer.Option("--to", help="Last day, such as 2026-12-31.")],
    lang: Lang = "vi",
    as_json: Json = False,
) -> None:
    """List every reminder that would go out if nobody submitted; nothing is sent."""
    known_lang(lang)
    begin, end = _day("--from", first), _day("--to", last)
    if end < begin:
        fail(f"--to {end} lies before --from {begin}", usage=True)
    content = load_content(load().content_dir)
    t = translator(lang)
    found = [
        notice
        for notice in simulate(content, obligations(content, begin - FAR, end + FAR))
        if begin <= notice.at.date() <= end
    ]
    for notice in found:
        told = notice_record(notice, content, t)
        say(json.dumps(told, ensure_ascii=False) if as_json else _line(told))
    if not found and not as_json:
        say("Nothing would be sent on these days.")


def record(owed: Obligation, content: Content, t: Translator) -> dict[str, Any]:
    """Give an obligation as JSON: its days, each with its reason."""
    period = owed.period
    province = period.province
    return {
        "report": period.report,
        "year": period.year,
        "name": period_name(period, t),
        "agency": owed.agency,
        "agency_name": agency_name(owed.agency, content, t),
        "window_from": period.window[0].isoformat() if period.window else None,
        "window_to": period.window[1].isoformat() if period.window else None,
        "due": period.due.day.isoformat(),
        "due_time": content.reports.day_rules.due_time,
        "province_due": province.day.isoformat() if province else None,
        "why": why_due(owed, content, t),
        "province_why": why(province, content, t) if province else "",
        "confirm": period.due.confirm,
        "reminded": period.remind,
    }


def notice_record(notice: Notice, content: Content, t: Translator) -> dict[str, Any]:
    """Give a notice as the contract's JSON line."""
    return {
        "at": notice.at.isoformat(),
        "report": notice.period.report,
        "year": notice.period.year,
        "agency": notice.agency,
        "step": notice.step,
        "to": list(notice.to),
        "due": notice.due.isoformat(),
        "why": why_notice(notice, content, t),
    }


def _line(told: dict[str, Any]) -> str:
    to = "+".join(told["to"])
    return f"{told['at']}  {told['report']}/{told['year']}  {told['agency']}  {told['step']}  {to}"


def _ics(owed: list[Obligation], content: Content, t: Translator) -> bytes:
    days = [(one, one.period.due.day) for one in owed]
    return calendar_file(days, content, t, now=dt.datetime.now(dt.UTC))


def _xlsx(owed: list[Obligation], content: Content, t: Translator) -> bytes:
    records = [record(one, content, t) for one in owed]
    head = list(records[0]) if records else ["report"]
    return sheet(t("Report deadlines"), head, [list(told.values()) for told in records])


def _print(owed: list[Obligation], content: Content, t: Translator) -> None:
    if not owed:
        say("No report is due that year.")
        return
    table = Table("due", "report", "body", "province", "why")
    for one in owed:
        told = record(one, content, t)
        body = told["agency_name"]
        table.add_row(told["due"], told["name"], body, told["province_due"] or "–", told["why"])
    Console().print(table)


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        fail(f"{file}: cannot be written: {error.strerror}")
    Console(stderr=True, highlight=False).print(f"written: {file}", markup=False)


def _check_year(year: int) -> None:
    if not FIRST <= year <= LAST:
        fail(f"--year {year}: the calendar is known from {FIRST} to {LAST}", usage=True)


def _day(option: str, text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        fail(f"{option} {text}: not a date such as 2026-01-31", usage=True)
    _check_year(day.year)
    return day
