"""`announce FILE`: an announcement from a file: shows for whom and how, then asks for approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.channels.zalo_oa_write import LIMIT
from bot.channels.zalo_text import messages
from bot.console import fail, say
from bot.database import with_database
from bot.outgoing import letter_body, queued
from bot.settings import load
from content.announcement import STAFF, Draft
from content.catalogue import translator
from content.load import load as load_content
from content.read import ContentError, Problem, Source, build, open_text, parse_yaml
from content.whole import Content
from db import announced, outbox, roles
from db.engine import Connection
from db.people import Person
from handlers.announcing.audience import CHANNELS, is_urgent, summary
from handlers.announcing.submitting import write_down
from handlers.announcing.wording import LANGS, wording
from handlers.context import ZONE
from handlers.reports.ladder import Ladders
from handlers.run_announcement import EDITORS


def announce(
    file: Annotated[Path, typer.Argument(help="A YAML file; the README shows one.")],
    by: Annotated[
        int, typer.Option(help="Who stands for it: an editor's number in `people list`.")
    ] = 0,
    check: Annotated[bool, typer.Option("--check", help="Only show it; write nothing.")] = False,
) -> None:
    """Show an announcement as it will arrive, and ask the approvers for it."""
    settings = load()
    told = load_content(settings.content_dir)
    draft = _read(file, told)

    async def act(conn: Connection, now: dt.datetime) -> list[str]:
        writer = None if check else await _editor(conn, by)
        content = _content(draft, told, now)
        counted = await announced.count(conn, content)
        lines = [summary(content, counted, told, translator("vi")), *previews(content)]
        if writer is None:
            return [*lines, "Nothing was written: leave --check out and name the editor with --by."]
        number, letters = await write_down(conn, told, content, by=writer, now=now)
        rows = [queued(letter) for letter in letters]
        await outbox.add_all(conn, rows, priority=outbox.REMINDER, now=now)
        waits = f"Announcement {number} waits for approval; {len(letters)} approver(s) were asked."
        return [*lines, waits]

    for line in with_database(settings, act):
        say(line)


def _read(file: Path, told: Content) -> Draft:
    """Read the file; raises ContentError with every mistake in it."""
    source = open_text(file)
    if isinstance(source, Problem):
        raise ContentError([source])
    value = parse_yaml(source)
    draft = [value] if isinstance(value, Problem) else build(source, Draft, value)
    if isinstance(draft, list):
        raise ContentError(draft)
    unknown = list(_unknown(source, draft, told))
    if unknown:
        raise ContentError(unknown)
    return draft


def _unknown(source: Source, draft: Draft, told: Content) -> Iterator[Problem]:
    """Name what the content does not know."""
    topics = [topic.id for topic in told.topics]
    if draft.topic and draft.topic not in topics:
        known = ", ".join(topics)
        yield source.problem(f"there is no topic “{draft.topic}”; it is one of {known}", ("topic",))
    for at, agency in enumerate(draft.audience.agencies):
        if agency not in told.agencies:
            where = ("audience", "agencies", at)
            yield source.problem(f"there is no agency “{agency}”: `motcua content list`", where)


def _content(draft: Draft, told: Content, now: dt.datetime) -> dict[str, Any]:
    """Give the draft as the form would have written it; what is past goes at once."""
    plain = draft.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    content: dict[str, Any] = {"audience": {}, **plain, "topic": draft.topic or STAFF}
    at = max(draft.at or now, now).astimezone(ZONE)
    allowed = at if is_urgent(content, told) else Ladders(told).allowed(at)
    return {**content, "at": allowed.isoformat()}


async def _editor(conn: Connection, number: int) -> Person:
    """Find who stands for it; nobody writes without a name."""
    held = await roles.holders(conn, EDITORS)
    found = [holder.person for holder in held if holder.id == number]
    if not found:
        why = f"--by {number}: no editor has this number; `motcua people list` shows them"
        fail(why, usage=True)
    return found[0]


def previews(content: dict[str, Any]) -> Iterator[str]:
    """Show it on channels with buttons, and on those that number choices instead."""
    channels = content["audience"].get("channels") or list(CHANNELS)
    numbering = [name for name in channels if name.startswith("zalo")]
    drawing = [name for name in channels if name not in numbering]
    for lang in content["audience"].get("langs") or LANGS:
        text, rows = wording(content, lang)
        labels = [f"[ {button.label} ]" for row in rows for button in row]
        numbered = messages(letter_body(text, rows), lang, LIMIT)
        if drawing:
            yield _preview(lang, drawing, [text, *labels])
        if numbering:
            yield _preview(lang, numbering, numbered)


def _preview(lang: str, channels: list[str], lines: list[str]) -> str:
    names = ", ".join(CHANNELS[name] for name in channels)
    return "\n".join([f"\n── {lang} · {names} ──", *lines])
