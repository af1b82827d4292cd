"""Loads a content folder whole, or refuses it with every mistake named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from content.cross import cross_problems
from content.feedback import Feedback, Labelled, Spoken, Topics
from content.lexicon import Lexicon
from content.model import (
    Agency,
    Answer,
    Document,
    PlanList,
    Procedure,
    Question,
    Strict,
    Unit,
)
from content.read import (
    ContentError,
    Problem,
    Source,
    build,
    open_text,
    parse_yaml,
    read_jsonl,
)
from content.reports import Reports
from content.whole import HERE, Content, Place

Row = TypeVar("Row", bound=Strict)


@dataclass
class _Reading:
    """What has been read so far, with the mistakes."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def records(self, path: Path, model: type[Row], key: str | None = None) -> list[Row]:
        """Read one record, or a list of records, from a YAML file."""
        source = open_text(path)
        if isinstance(source, Problem):
            return self._bad(source)
        value = parse_yaml(source)
        if isinstance(value, Problem):
            return self._bad(value)
        at: tuple[int | str, ...] = ()
        if key is not None:
            value, at = (value.get(key) if isinstance(value, dict) else None), (key,)
        if not isinstance(value, list):
            return list(self._one(source, model, value, at))
        if not value and key is None:
            return self._bad(source.problem("there is nothing in this file"))
        rows = (self._one(source, model, item, (*at, i)) for i, item in enumerate(value))
        return [row for found in rows for row in found]

    def known_parts(self, path: Path, known: set[str]) -> None:
        """Refuse a part of a file that nobody reads."""
        source = open_text(path)
        value = None if isinstance(source, Problem) else parse_yaml(source)
        if isinstance(source, Source) and isinstance(value, dict):
            self.problems += [
                source.problem(f"“{part}” is not a part of this file", (part,))
                for part in value.keys() - known
            ]

    def _one(
        self, source: Source, model: type[Row], value: object, at: tuple[int | str, ...]
    ) -> Iterator[Row]:
        made = build(source, model, value, at)
        if isinstance(made, list):
            self.problems += made
            return
        ref = getattr(made, "ref", None)
        if ref in self.places:
            first = self.places[ref].problem("")
            self.problems.append(
                source.problem(f"“{ref}” already stands in {first.file}:{first.line}", at)
            )
            return
        if ref:
            self.places[ref] = Place(source, at)
        yield made

    def _bad(self, problem: Problem) -> list[Row]:
        self.problems.append(problem)
        return []

    def folder_records(self, name: str, model: type[Row]) -> list[Row]:
        """Read every YAML file of a sub-folder, in the order of the names."""
        paths = sorted((self.folder / name).glob("*.yaml"))
        if not paths:
            self.problems.append(Problem(str(self.folder / name), 1, "no content files here"))
        return [row for path in paths for row in self.records(path, model)]


def load(folder: Path = HERE) -> Content:
    """Read all content below `folder`; raises ContentError with every problem in it."""
    reading = _Reading(folder)
    plan = folder / "plan"
    reading.known_parts(plan / "plan.yaml", {"document", "lists"})
    documents = reading.records(plan / "plan.yaml", Document, "document")
    units = [
        unit
        for path in sorted(plan.glob("*.yaml"), key=_plan_order)
        if path.name != "plan.yaml"
        for unit in reading.records(path, Unit)
    ]
    lists = reading.records(plan / "plan.yaml", PlanList, "lists")
    agencies = reading.records(folder / "agencies.yaml", Agency)
    procedures = reading.folder_records("procedures", Procedure)
    answers = reading.folder_records("answers", Answer)
    lexicons = reading.records(folder / "lexicon.yaml", Lexicon)
    reports = reading.records(folder / "reports.yaml", Reports)
    feedbacks = reading.records(folder / "feedback.yaml", Feedback)
    told = reading.records(folder / "topics.yaml", Topics)
    numbered = _lines(reading, "questions.jsonl", Question)
    labelled = _lines(reading, "cases.jsonl", Labelled)
    spoken = _lines(reading, "intents.jsonl", Spoken)
    if not (documents and lexicons and reports and feedbacks and told):
        raise ContentError(reading.problems)
    content = Content(
        document=documents[0],
        units={unit.id: unit for unit in units},
        lists={named.id: named for named in lists},
        procedures={procedure.slug: procedure for procedure in procedures},
        agencies={agency.id: agency for agency in agencies},
        answers={answer.slug: answer for answer in answers},
        numbered=tuple(numbered),
        lexicon=lexicons[0],
        reports=reports[0],
        feedback=feedbacks[0],
        cases=tuple(case for _, case in labelled),
        spoken=tuple(line for _, line in spoken),
        topics=told[0].topics,
        most_a_week=told[0].most_a_week,
        folder=folder,
        places=reading.places,
    )
    problems = [*reading.problems, *cross_problems(content, numbered)]
    if problems:
        raise ContentError(problems)
    return content


_PLAN_FILES = ("quyet-dinh", "muc-tieu", "nhiem-vu", "giai-phap", "to-chuc-thuc-hien")


def _plan_order(path: Path) -> tuple[int, str]:
    known = path.stem in _PLAN_FILES
    return (_PLAN_FILES.index(path.stem) if known else len(_PLAN_FILES), path.stem)


def _lines(reading: _Reading, name: str, model: type[Row]) -> list[tuple[int, Row]]:
    source = open_text(reading.folder / name)
    if isinstance(source, Problem):
        reading.problems.append(source)
        return []
    numbered, problems = read_jsonl(source, model)
    reading.problems += problems
    return numbered
