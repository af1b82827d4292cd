"""Reads the curators' files and says `file:line: what is wrong` for every mistake in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """A safe loader that says where a value is that cannot be what its tag or its look says."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Make the value of a node."""
        try:
            return super().construct_object(node, deep)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise yaml.constructor.ConstructorError(
                None, None, f"“{node.value}” is not a value of this kind", node.start_mark
            ) from error


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: the file, the line (1 is the first) and a sentence that names it."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class ContentError(Exception):
    """Content that cannot be used; carries every problem found, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Source:
    """A file being read: knows its text and the line of every value in it."""

    path: Path
    text: str

    def problem(self, what: str, loc: tuple[int | str, ...] = ()) -> Problem:
        """Make a problem at the value that `loc` leads to, or at the nearest line above it."""
        return Problem(str(self.path), _line_of(self.text, loc), what)


def open_text(path: Path) -> Source | Problem:
    """Read a UTF-8 file; anything else is a problem that names the byte."""
    try:
        return Source(path, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return Problem(str(path), line, "this is not UTF-8 text; save the file again as UTF-8")
    except OSError as error:
        return Problem(str(path), 1, f"cannot be read: {error.strerror}")


def parse_yaml(source: Source) -> Any | Problem:
    """Parse one YAML document; a broken one, or one that names a key twice, is a problem."""
    try:
        value = yaml.load(source.text, Loader=_Loader)  # noqa: S506 - a safe loader, chosen above
        twice = _twice(source.text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return Problem(str(source.path), line, f"broken YAML: {error.problem or error.context}")
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return Problem(str(source.path), 1, f"broken YAML: {str(error).splitlines()[0]}")
    if twice:
        return Problem(str(source.path), twice[1], f"“{twice[0]}” is written twice")
    return value


def build(
    source: Source, model: type[Model], value: Any, at: tuple[int | str, ...] = ()
) -> Model | list[Problem]:
    """Make `model` from parsed data, or one problem for each field that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        return [source.problem(_say(e), (*at, *e["loc"])) for e in error.errors()]


def read_jsonl(source: Source, model: type[Model]) -> tuple[list[tuple[int, Model]], list[Problem]]:
    """Read one JSON object a line; gives (line number, record) pairs and the bad lines."""
    records: list[tuple[int, Model]] = []
    problems: list[Problem] = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            records.append((number, model.model_validate_json(line)))
        except ValidationError as error:
            problems += [Problem(str(source.path), number, _say(e)) for e in error.errors()]
    return records, problems


def collect(results: Iterable[Model | list[Problem]]) -> tuple[list[Model], list[Problem]]:
    """Part what could be built from what is wrong."""
    good: list[Model] = []
    bad: list[Problem] = []
    for result in results:
        if isinstance(result, list):
            bad += result
        else:
            good.append(result)
    return good, bad


_SENTENCES: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "missing": lambda field, _: f"“{field}” is missing",
    "extra_forbidden": lambda field, _: f"“{field}” is not a field of this kind of entry",
    "string_too_short": lambda field, _: f"“{field}” is empty",
    "too_short": lambda field, _: f"“{field}” is empty; write at least one item",
    "literal_error": lambda field, ctx: f"“{field}” must be one of {ctx.get('expected')}",
    "string_pattern_mismatch": lambda field, _: f"“{field}” is not written as it must be",
    "date_from_datetime_parsing": lambda field, _: f"“{field}” is not a date such as 2026-11-24",
    "date_parsing": lambda field, _: f"“{field}” is not a date such as 2026-11-24",
    "date_type": lambda field, _: f"“{field}” is not a date such as 2026-11-24",
    "string_type": lambda field, _: f"“{field}” must be text (put it in quotes)",
    "tuple_type": lambda field, _: f"“{field}” must be a list",
    "model_type": lambda field, _: f"“{field}” must hold fields of its own",
    "model_attributes_type": lambda field, _: f"“{field}” must hold fields of its own",
}


def _say(error: Any) -> str:
    field = ".".join(str(part) for part in error["loc"]) or "entry"
    kind = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind.startswith("json"):
        return "not a line of JSON"
    sentence = _SENTENCES.get(kind)
    return sentence(field, error.get("ctx") or {}) if sentence else f"“{field}”: {error['msg']}"


def _line_of(text: str, loc: tuple[int | str, ...]) -> int:
    """Walk the YAML nodes along `loc` as far as they go; called only when something is wrong."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        return 1
    line = 1
    for part in loc:
        step = _child(node, part)
        if step is None:
            break
        line, node = step
    return line


def _child(node: yaml.Node | None, part: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark.line + 1, item
    return None


_KEY = re.compile(r"""^(?P<indent> *(?:- +)?)["']?(?P<key>[^\s"'#\[{][^:]*?)["']?\s*:(?:\s|$)""")


def _twice(text: str) -> tuple[str, int] | None:
    """Find a key that stands twice in one mapping (YAML would silently keep the last)."""
    for mapping in _mappings(yaml.compose(text, Loader=_Loader)) if _may_repeat(text) else ():
        seen: set[str] = set()
        for key, _ in mapping.value:
            if key.value in seen:
                return str(key.value), int(key.start_mark.line) + 1
            seen.add(key.value)
    return None


def _may_repeat(text: str) -> bool:
    """Tell cheaply whether any key occurs twice at all, so that most files are not parsed twice."""
    seen: set[tuple[int, str]] = set()
    for line in text.split("\n"):
        match = _KEY.match(line)
        if match:
            mark = (len(match["indent"]), match["key"])
            if mark in seen:
                return True
            seen.add(mark)
    return "{" in text and bool(re.search(r"\{[^}]*\b(\w+):[^}]*\b\1:", text))


def _mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    stack: list[yaml.Node | None] = [node]
    seen: set[int] = set()
    while stack:
        current = stack.pop()
        if id(current) in seen:  # An alias: the same node once more.
            continue
        seen.add(id(current))
        if isinstance(current, yaml.MappingNode):
            yield current
            stack += [child for pair in current.value for child in pair]
        elif isinstance(current, yaml.SequenceNode):
            stack += current.value


def json_line(record: BaseModel) -> str:
    """Write a record as one line of JSON, without the fields that say nothing."""
    data = record.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False)
