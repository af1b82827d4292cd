"""Takes what curators decided into the bank of questions, if all of it is still answered right."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.commands.check import replay
from bot.library import open_library
from content.read import ContentError, Problem
from content.whole import Content
from handlers.search import cache

BANK = "questions.jsonl"


def new_lines(decided: Iterable[tuple[str, str, str]], content: Content) -> list[str]:
    """Give lines for the bank out of words, language and reference, without what stands there.

    Where curators said different things of the same words, the last word counts.
    """
    there = {(q.q, ref) for q in content.questions if not q.before for ref in q.refs}
    found = {words: (lang, ref) for words, lang, ref in decided if (words, ref) not in there}
    return [
        json.dumps(
            {"q": words, "refs": [ref], "style": "english" if lang == "en" else "everyday"},
            ensure_ascii=False,
        )
        for words, (lang, ref) in found.items()
    ]


def adopt(lines: Sequence[str], content_dir: Path, data_dir: Path) -> list[Problem]:
    """Add lines to the bank; gives what would be wrong then, in which case nothing is changed.

    A copy of all content is tried first, with an index of its own; only when every question of the
    bank is answered right does the copy's bank take the place of the bank. Raises OSError where
    the folder cannot be written.
    """
    bank = content_dir / BANK
    before = bank.read_bytes()
    with tempfile.TemporaryDirectory() as passing:
        draft = Path(passing) / "content"
        shutil.copytree(content_dir, draft, ignore=shutil.ignore_patterns("__pycache__"))
        with (draft / BANK).open("ab") as file:
            file.write(b"" if not before or before.endswith(b"\n") else b"\n")
            file.writelines(f"{line}\n".encode() for line in lines)
        try:
            library = open_library(draft, Path(passing) / "data")
            problems = replay(library.content, library.index)
        except ContentError as error:
            problems = list(error.problems)
        if not problems and bank.read_bytes() != before:
            problems = [Problem(str(bank), 1, "the bank was changed meanwhile; please try again")]
        if problems:
            return [
                replace(one, file=one.file.replace(str(draft), str(content_dir)))
                for one in problems
            ]
        _put(draft / BANK, bank)
        cache.write(data_dir / "index", cache.fingerprint(content_dir), library.index)
    return []


def _put(made: Path, bank: Path) -> None:
    """Put the new bank in the place of the old one at once: a crash leaves the one or the other."""
    beside = bank.with_suffix(".new")
    try:
        shutil.copyfile(made, beside)
        shutil.copymode(bank, beside)
        beside.replace(bank)
    finally:
        beside.unlink(missing_ok=True)
