"""All content together: every entry by its reference, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from content.feedback import Feedback, Labelled, Spoken, Topic
from content.lexicon import Lexicon
from content.model import Agency, Answer, Document, PlanList, Procedure, Question, Unit
from content.read import Problem, Source
from content.reports import Report, Reports

HERE = Path(__file__).parent
Entry = Unit | Procedure | Agency | Answer | Report


@dataclass(frozen=True)
class Place:
    """Where an entry stands; its line is looked for only when something is wrong."""

    source: Source
    at: tuple[int | str, ...]

    def problem(self, what: str) -> Problem:
        """Make a problem at this entry."""
        return self.source.problem(what, self.at)


@dataclass(frozen=True)
class Content:
    """Everything curated, looked up by reference."""

    document: Document
    units: Mapping[str, Unit]
    lists: Mapping[str, PlanList]
    procedures: Mapping[str, Procedure]
    agencies: Mapping[str, Agency]
    answers: Mapping[str, Answer]
    numbered: tuple[tuple[int, Question], ...]
    lexicon: Lexicon
    reports: Reports
    feedback: Feedback
    cases: tuple[Labelled, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    topics: tuple[Topic, ...] = ()
    most_a_week: int = 3
    folder: Path = HERE
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Every entry that an answer may cite, by reference."""
        kinds: tuple[Mapping[str, Entry], ...] = (
            self.units,
            self.procedures,
            self.agencies,
            self.answers,
            {report.id: report for report in self.reports.every},
        )
        return {entry.ref: entry for kind in kinds for entry in kind.values()}

    @property
    def questions(self) -> list[Question]:
        """The question bank."""
        return [question for _, question in self.numbered]

    def text(self, entry: Entry) -> str:
        """Give the words of an entry as one text; of a plan unit verbatim."""
        match entry:
            case Unit():
                return entry.text
            case Procedure():
                short = (entry.who, entry.time_limit, entry.fee, entry.where, entry.online.note)
                return "\n".join([*short, *entry.documents, *entry.steps, entry.result])
            case Agency():
                return entry.today
            case Answer():
                return entry.text.vi
            case Report():
                return "\n".join(part for part in (entry.name.vi, entry.note) if part)

    def title(self, ref: str, lang: str) -> str:
        """Name an entry in a few words, as a button or a heading does."""
        entry = self.entries[ref]
        words = entry.title if isinstance(entry, Unit | Answer) else entry.name
        return words.get(lang)
