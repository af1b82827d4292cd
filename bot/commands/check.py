"""`check`: reads all content and replays the question bank."""

from __future__ import annotations

from bot.console import fail, say
from bot.library import open_library
from bot.settings import load
from content.read import Problem
from content.whole import Content
from handlers.search.follow import find
from handlers.search.index import Index


def check() -> None:
    """Read all content; name every problem, and every bank question answered wrongly."""
    settings = load()
    library = open_library(settings.content_dir, settings.data_dir)
    problems = replay(library.content, library.index)
    for problem in problems:
        say(str(problem))
    if problems:
        fail(f"{len(problems)} problem(s) found.")
    content = library.content
    say(f"{len(content.entries)} entries and {len(content.questions)} questions: no problem found.")


def replay(content: Content, index: Index) -> list[Problem]:
    """Ask every bank question; name each that is refused or answered with the wrong entry."""
    bank = str(content.folder / "questions.jsonl")
    problems = []
    for line, question in content.numbered:
        found = find(index, question.q, question.before or "")
        wanted = {ref for label in question.refs for ref in index.units.get(label, (label,))}
        if wanted and found.status == "refused":
            problems.append(Problem(bank, line, f"“{question.q}” is refused, not answered"))
        elif found.status == "answered" and found.refs[0] not in wanted:
            was = ", ".join(question.refs) or "a refusal"
            problems.append(
                Problem(bank, line, f"“{question.q}” is answered with {found.refs[0]}, not {was}")
            )
    return problems
