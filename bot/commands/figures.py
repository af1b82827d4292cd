"""`stats`, `verify` and `export`: figures anybody can work out again, and the log they rest on."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.console import fail, say
from bot.database import with_database
from bot.settings import load
from content.load import load as load_content
from content.whole import Content
from db import announced, audit, case_log, cases, questions, report_events
from db.case_log import Act
from db.engine import Connection
from handlers.cases.codes import shown
from handlers.cases.desk import listed
from handlers.cases.figures import figures, within
from handlers.cases.story import Clock, Story, tell
from handlers.context import ZONE
from handlers.mask import mask
from handlers.reports.due import working_days
from handlers.reports.sheet import sheet

From = Annotated[str, typer.Option("--from", help="First day, such as 2026-01-01.")]
To = Annotated[str, typer.Option("--to", help="Last day, such as 2026-12-31.")]
KINDS = ("cases", "questions", "reports", "announcements")
Row = Mapping[str, Any]


def stats(
    first: From = "",
    last: To = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Work the published figures out of the event log."""
    content = load_content(load().content_dir)
    begin, end = _day("--from", first), _day("--to", last)

    async def act(conn: Connection, now: dt.datetime) -> dict[str, Any]:
        told = [story async for story in stories(conn, content)]
        found = [story for story in told if within(story, begin, end)]
        today = now.astimezone(ZONE).date()
        return figures(found, today=today, target=content.feedback.target.share)

    found = {"from": first or None, "to": last or None, **with_database(load(), act)}
    if as_json:
        say(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        for part, one in value.items() if isinstance(value, dict) else [("", value)]:
            say(f"{f'{name} {part}'.strip():32} {'–' if one is None else one}")


def verify() -> None:
    """Check the event log's chain, and that what lists show follows from it."""
    content = load_content(load().content_dir)

    async def act(conn: Connection, now: dt.datetime) -> tuple[list[str], int, int]:
        del now
        wrong = [line async for line in case_log.problems(conn)]
        told = {story.id: story async for story in stories(conn, content)}
        kept = {case.id: case for case in await cases.all_of(conn)}
        wrong += _unlisted(told, kept)
        return wrong, (await case_log.head(conn))[0], len(told)

    wrong, acts, count = with_database(load(), act)
    if wrong:
        fail("\n".join(wrong) + f"\n{len(wrong)} problem(s) in the log.")
    say(f"{acts} acts on {count} cases: the chain is whole, and every figure follows from it.")


def _unlisted(stories: Mapping[int, Story], kept: Mapping[int, cases.Case]) -> Iterator[str]:
    """Name cases whose place in the lists does not follow from the log."""
    for number in sorted(stories.keys() ^ kept.keys()):
        yield f"case {number} stands in the log or in the list, not in both"
    for number in sorted(stories.keys() & kept.keys()):
        told = listed(stories[number])
        if {name: getattr(kept[number], name) for name in told} != told:
            yield f"case {number} is not listed as its log tells"


def export(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(KINDS)}.")],
    *,
    form: Annotated[str, typer.Option("--format", help="csv or xlsx.")] = "csv",
    first: From = "",
    last: To = "",
    out: Annotated[Path | None, typer.Option(help="File to write; else standard output.")] = None,
    identified: Annotated[bool, typer.Option(help="With personal data; this is logged.")] = False,
) -> None:
    """Write what is kept as a table; personal data is masked unless asked for."""
    if kind not in KINDS:
        fail(f"{kind}: there is no such table; it is one of {', '.join(KINDS)}", usage=True)
    if form not in ("csv", "xlsx"):
        fail(f"--format {form}: it is csv or xlsx", usage=True)
    if form == "xlsx" and out is None and sys.stdout.isatty():
        fail("--out is missing: a spreadsheet is no text for a terminal", usage=True)
    begin, end = _day("--from", first), _day("--to", last)

    async def act(conn: Connection, now: dt.datetime) -> list[Row]:
        if identified:
            await audit.note(conn, "exported with names", kind, actor=None, now=now)
        rows = [row async for row in _rows(kind, conn, identified=identified)]
        return [row for row in rows if _in_range(row["at"], begin, end)]

    _write(with_database(load(), act), kind, form, out)


def _write(rows: Sequence[Row], kind: str, form: str, out: Path | None) -> None:
    head = list(rows[0]) if rows else ["at"]
    lines = [[_cell(row[name]) for name in head] for row in rows]
    if form == "xlsx":
        data = sheet(kind, head, lines)
    else:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(head)
        writer.writerows([[defused(value) for value in line] for line in lines])
        data = text.getvalue().encode("utf-8-sig" if out else "utf-8")
    if out is None:
        sys.stdout.buffer.write(data)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        fail(f"{out}: cannot be written: {error.strerror}")


def defused(value: Any) -> Any:
    """Keep a spreadsheet from taking what people wrote for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(ZONE).isoformat(timespec="seconds")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


async def _rows(kind: str, conn: Connection, *, identified: bool) -> AsyncIterator[Row]:
    match kind:
        case "cases":
            codes = {case.id: shown(case.code) for case in await cases.all_of(conn)}
            words = await case_log.all_words(conn) if identified else {}
            async for act in case_log.everything(conn):
                row = _case_row(act)
                yield {**row, **_named(act, codes, words)} if identified else row
        case "questions":
            for asked in await questions.everything(conn):
                text = asked.text if identified else mask(asked.text)
                who = asked.person_id if identified else None
                yield {
                    "at": asked.at,
                    "person": who,
                    "lang": asked.lang,
                    "text": text,
                    "status": asked.status,
                    "refs": list(asked.refs),
                    "helped": asked.helped,
                }
        case "announcements":
            for row in await announced.rows(conn):
                yield row
        case "reports":
            for event in await report_events.since(conn, 0):
                yield {
                    "at": event.at,
                    "report": event.report,
                    "year": event.year,
                    "agency": event.agency,
                    "kind": event.kind,
                    "actor": event.actor if identified else None,
                    "data": dict(event.data) if identified else _masked(event.data),
                }


def _masked(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: mask(v) if isinstance(v, str) else v for name, v in data.items()}


def _case_row(act: Act) -> dict[str, Any]:
    return {
        "id": act.id,
        "case": act.case,
        "at": act.at,
        "kind": act.kind,
        "role": act.role,
        "data": dict(act.data),
        "hash": act.hash,
    }


def _named(act: Act, codes: Mapping[int, str], words: Mapping[int, str]) -> dict[str, Any]:
    return {"code": codes.get(act.case, ""), "actor": act.actor, "text": words.get(act.id, "")}


async def stories(conn: Connection, content: Content) -> AsyncIterator[Story]:
    """Tell every case's story from the whole log, read once."""
    count = Clock(working_days(content), content.feedback.days)
    async for acts in case_log.steps(conn):
        story = tell(acts, count)
        if story is not None:
            yield story


def _in_range(at: dt.datetime, first: dt.date | None, last: dt.date | None) -> bool:
    day = at.astimezone(ZONE).date()
    return (first is None or first <= day) and (last is None or day <= last)


def _day(option: str, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fail(f"{option} {text}: not a date such as 2026-01-31", usage=True)
