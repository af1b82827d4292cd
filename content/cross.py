"""Checks what one record of the content says of another: references, file names, lengths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from content.model import Question
from content.read import Problem
from content.whole import Content

LONGEST_BODY, LONGEST_REPORT = 28, 8
"""Letters of ids: buttons name a report and a body together, and platforms give them 64 bytes."""


def cross_problems(content: Content, numbered: list[tuple[int, Question]]) -> Iterator[Problem]:
    """Check what one record says of another: references, file names, languages of the bank."""
    folder = content.folder
    known = {*content.entries, *(named.ref for named in content.lists.values())}
    yield from _bank_problems(folder, numbered, known)
    yield from _report_problems(content)
    yield from _feedback_problems(content)
    for owner, refs in _mentions(content):
        for ref in refs:
            if ref not in known:
                what = f"{owner} names “{ref}”, which does not exist"
                place = content.places.get(owner)
                yield place.problem(what) if place else Problem(str(folder), 1, what)
    for stem, ref in (
        *((p.slug, p.ref) for p in content.procedures.values()),
        *((a.slug, a.ref) for a in content.answers.values()),
    ):
        place = content.places[ref]
        if place.source.path.stem != stem:
            yield place.problem(f"the file must be named {stem}.yaml")


def _report_problems(content: Content) -> Iterator[Problem]:
    """Check bodies and reports: buttons name both together, and platforms give them 64 bytes."""
    for agency in content.agencies.values():
        if agency.role == "reporting" and len(agency.id) > LONGEST_BODY:
            what = f"the id of a reporting body has at most {LONGEST_BODY} letters"
            yield content.places[agency.ref].problem(what)
    file = str(content.folder / "reports.yaml")
    for report in content.reports.every:
        if len(report.id) > LONGEST_REPORT:
            what = f"report “{report.id}”: an id has at most {LONGEST_REPORT} letters"
            yield Problem(file, 1, what)
    if content.reports.owner not in content.agencies:
        yield Problem(file, 1, f"the owner “{content.reports.owner}” does not exist")


def _feedback_problems(content: Content) -> Iterator[Problem]:
    told = content.feedback
    file = str(content.folder / "feedback.yaml")
    for ref in (*told.not_taken.values(), told.target.ref, f"agency:{told.owner}"):
        if ref not in content.entries:
            yield Problem(file, 1, f"“{ref}” does not exist")
    for body in told.scopes:
        if body not in content.agencies:
            yield Problem(file, 1, f"“{body}” under scopes does not exist")
    kinds = {kind.id for kind in told.kinds}
    for line, case in enumerate(content.cases, 1):
        if case.body not in content.agencies:
            yield Problem(
                str(content.folder / "cases.jsonl"), line, f"“{case.body}” does not exist"
            )
        if case.kind not in kinds:
            yield Problem(str(content.folder / "cases.jsonl"), line, f"no kind “{case.kind}”")


def _bank_problems(
    folder: Path, numbered: list[tuple[int, Question]], known: set[str]
) -> Iterator[Problem]:
    bank = str(folder / "questions.jsonl")
    seen: dict[str, int] = {}
    for line, question in numbered:
        for ref in question.refs:
            if ref not in known:
                yield Problem(bank, line, f"“{ref}” does not exist")
        asked = f"{question.before or ''}\n{question.q}"
        if asked in seen:
            yield Problem(bank, line, f"the same question stands in line {seen[asked]}")
        seen.setdefault(asked, line)


def _mentions(content: Content) -> Iterator[tuple[str, list[str]]]:
    for procedure in content.procedures.values():
        yield procedure.ref, [f"procedure:{slug}" for slug in procedure.related]
        yield procedure.ref, [f"agency:{procedure.owner}"]
    for answer in content.answers.values():
        yield answer.ref, [*answer.related, f"agency:{answer.owner}"]
    for unit in content.units.values():
        yield unit.ref, [f"agency:{slug}" for slug in (*unit.lead, *unit.join)]
    for named in content.lists.values():
        yield named.ref, [f"plan:{unit}" for unit in named.units]
