"""`ask`: one answer, or a batch of them as JSON lines; needs no database."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from bot.console import fail, known_lang, say
from bot.library import Library, open_library
from bot.settings import load
from content.catalogue import translator
from handlers.answers.render import render
from handlers.context import ZONE
from handlers.message import Reply
from handlers.search.decide import Found
from handlers.search.follow import find


def ask(
    question: Annotated[str, typer.Argument(help="The question, in your own words.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the answer: vi or en.")] = "vi",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    batch: Annotated[
        Path | None, typer.Option(help='JSON lines {"id", "q", "before"?}; - for standard input.')
    ] = None,
) -> None:
    """Answer one question, or all questions of a file."""
    known_lang(lang)
    if bool(question.strip()) == bool(batch):
        fail("give either a question or --batch FILE", usage=True)
    rows = list(_read(batch)) if batch else []
    settings = load()
    library = open_library(settings.content_dir, settings.data_dir)
    if batch is None:
        result, reply = answer(library, question, "", lang)
        say(json.dumps(result, ensure_ascii=False) if as_json else _plain(reply))
        return
    quiet = not sys.stderr.isatty()
    for row in track(rows, "Answering", disable=quiet, transient=True):
        result, _ = answer(library, row["q"], row.get("before") or "", lang)
        say(json.dumps({"id": row["id"], **result}, ensure_ascii=False))


def answer(library: Library, question: str, before: str, lang: str) -> tuple[dict[str, Any], Reply]:
    """Answer one question; gives the contract's fields (without id) and the reply."""
    begun = time.perf_counter()
    found = find(library.index, question, before)
    today = dt.datetime.now(ZONE).date()
    reply = render(found, library.content, translator(lang), today)
    took = (time.perf_counter() - begun) * 1000
    return {**_fields(found), "text": _plain(reply), "ms": round(took, 3)}, reply


def _fields(found: Found) -> dict[str, Any]:
    return {
        "status": found.status,
        "refs": list(found.refs),
        "facet": found.facet,
        "confidence": round(found.confidence, 4),
    }


def _plain(reply: Reply) -> str:
    """The reply where there are no buttons: the choices stand below as words."""
    choices = [f"– {button.label}" for row in reply.buttons for button in row]
    return "\n".join([reply.text, "", *choices]) if choices else reply.text


def _read(path: Path) -> Iterator[dict[str, Any]]:
    """Read the batch; every line that cannot be used is named and nothing is answered."""
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        fail(f"{path}: {error.strerror}", usage=True)
    except UnicodeDecodeError:
        fail(f"{path}: this is not UTF-8 text")
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if _usable(row):
            yield row
        else:
            problems.append(f'{path}:{number}: needs {{"id", "q"}}, "q" and "before" as text')
    if problems:
        fail("\n".join(problems))


def _usable(row: Any) -> bool:
    if not (isinstance(row, dict) and isinstance(row.get("id"), str | int)):
        return False
    return isinstance(row.get("q"), str) and isinstance(row.get("before") or "", str)
