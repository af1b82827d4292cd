"""`content …`: what there is, how it reads, what is past its review date, and taking in more."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.adopting import adopt, new_lines
from bot.console import fail, known_lang, say
from bot.database import with_database
from bot.importing import import_procedures
from bot.library import open_library
from bot.settings import load
from content.catalogue import translator
from content.load import load as load_content
from content.model import Agency, Kept, Unit
from content.reports import Report, Reports
from content.whole import Content, Entry
from db import questions
from db.engine import Connection
from handlers.answers.render import show as show_reply
from handlers.context import ZONE
from handlers.search.follow import find

app = typer.Typer(help="Look at the content, and take in more.", no_args_is_help=True)


@app.command("list")
def list_entries(
    as_json: Annotated[bool, typer.Option("--json", help="A JSON line for each entry.")] = False,
) -> None:
    """List every entry."""
    content = load_content(load().content_dir)
    if as_json:
        for entry in content.entries.values():
            say(json.dumps(record(entry, content), ensure_ascii=False))
        return
    table = Table("ref", "title", "checked", "owner")
    for entry in content.entries.values():
        found = record(entry, content)
        table.add_row(found["ref"], found["title"], found["checked"], found["owner"])
    Console().print(table)


@app.command("decided")
def decided(
    add: Annotated[
        bool, typer.Option("--add", help="Take them into the bank, if all of it is still right.")
    ] = False,
    leave_out: Annotated[
        list[int] | None, typer.Option("--except", help="Leave the line of this number out.")
    ] = None,
) -> None:
    """Print what curators decided with /cauhoi as lines for the bank of questions, or add it."""

    async def act(conn: Connection, now: dt.datetime) -> list[tuple[str, str, str]]:
        del now
        return await questions.adopted(conn)

    settings = load()
    content = load_content(settings.content_dir)
    found = new_lines(with_database(settings, act), content)
    lines = [line for at, line in enumerate(found, 1) if at not in (leave_out or ())]
    if not add:
        for line in lines:
            say(line)
        return
    if not lines:
        say("Nothing new was decided.")
        return
    if sys.stderr.isatty():
        typer.echo("Asking the whole bank again: this takes a few minutes.", err=True)
    try:
        problems = adopt(lines, settings.content_dir, settings.data_dir)
    except OSError as error:
        fail(f"{settings.content_dir}: the bank cannot be written: {error.strerror}")
    if problems:
        told = [f"  {at}. {line}" for at, line in enumerate(found, 1) if line in lines]
        fail(
            "\n".join(map(str, problems))
            + f"\n{len(problems)} problem(s); nothing was changed. Tried, by number:\n"
            + "\n".join(told)
            + "\nMend what is wrong, or leave a line out with --except NUMBER."
        )
    say(f"{len(lines)} questions added; the whole bank is answered right. Restart the bot now.")


@app.command("show")
def show(
    ref: Annotated[str, typer.Argument(help="Such as procedure:dang-ky-khai-sinh.")],
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Show an entry as people read it."""
    known_lang(lang)
    content = load_content(load().content_dir)
    if ref not in content.entries:
        fail(f"there is no entry {ref}; `motcua content list` names them all")
    say(show_reply(ref, None, content, translator(lang), dt.datetime.now(ZONE).date()).text)


@app.command("stale")
def stale() -> None:
    """List the entries past their review date or no longer valid."""
    content = load_content(load().content_dir)
    today = dt.datetime.now(ZONE).date()
    late = [e for e in content.entries.values() if isinstance(e, Kept) and e.review_by < today]
    over = [
        e
        for e in content.entries.values()
        if isinstance(e, Kept) and e.valid_to and e.valid_to < today
    ]
    reports = content.reports
    if reports.review_by < today:
        say(f"reports.yaml: review was due on {reports.review_by}, owner {reports.owner}")
    for entry in late:
        say(f"{entry.ref}: review was due on {entry.review_by}, owner {entry.owner}")
    for entry in over:
        say(f"{entry.ref}: valid until {entry.valid_to}, owner {entry.owner}")
    if not late and not over and reports.review_by >= today:
        say("Nothing is past its review date.")


@app.command("search")
def search(words: Annotated[list[str], typer.Argument(help="Words to look for.")]) -> None:
    """Show what a question finds, best first, with how sure that is."""
    settings = load()
    library = open_library(settings.content_dir, settings.data_dir)
    found = find(library.index, " ".join(words))
    say(f"{found.status}, confidence {found.confidence:.2f}")
    for ref in found.refs or found.near:
        say(f"{ref}: {library.content.title(ref, 'vi')}")


@app.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSONL, a procedure in each row.")],
    overwrite: Annotated[bool, typer.Option(help="Replace entries that exist already.")] = False,
) -> None:
    """Write procedures from a table into the content folder; one bad row stops the whole file."""
    written, problems = import_procedures(file, load().content_dir, overwrite=overwrite)
    if problems:
        fail("\n".join(map(str, problems)) + f"\n{len(problems)} problem(s); nothing was written.")
    for path in written:
        say(f"written: {path}")


def record(entry: Entry, content: Content) -> dict[str, Any]:
    """Give an entry as the contract's JSON line: plan units' text verbatim."""
    kept = _kept(entry, content)
    text = entry.text if isinstance(entry, Unit) else content.text(entry)
    return {
        "ref": entry.ref,
        "kind": entry.ref.partition(":")[0],
        "title": content.title(entry.ref, "vi"),
        "text": text,
        "sources": _sources(entry, content),
        "checked": kept.checked.isoformat(),
        "valid_from": _day(getattr(entry, "valid_from", getattr(kept, "valid_from", None))),
        "valid_to": _day(getattr(entry, "valid_to", getattr(kept, "valid_to", None))),
        "owner": kept.owner,
    }


def _kept(entry: Entry, content: Content) -> Kept | Reports:
    """Give what says who keeps an entry and when it was checked: it, or the document it is of."""
    if isinstance(entry, Kept):
        return entry
    return content.reports if isinstance(entry, Report) else content.document


def _sources(entry: Entry, content: Content) -> list[str]:
    if isinstance(entry, Agency):
        return [entry.source]
    if isinstance(entry, Report):
        return [content.reports.sources[key].doc for key in entry.source_keys]
    kept = _kept(entry, content)
    return list(kept.sources) if isinstance(kept, Kept) else []


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
