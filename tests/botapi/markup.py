"""Reads Telegram's HTML as Telegram does: which tags, how nested, and what it says of mistakes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.errors import RefusedError, bad

LIMIT, CAPTION = 4096, 1024
"""UTF-16 units of a text and of a caption, after the markup is read."""
_KINDS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ARGUMENTS = {
    ("a", "href"): "",
    ("code", "class"): "language-",
    ("span", "class"): "tg-",
    ("tg-emoji", "emoji-id"): "",
}
"""The attributes that mean something, and how their values begin."""
_PLAIN = re.compile(r"[^<&]+")
_NAME = re.compile(r"[^\s>]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE = re.compile(r"[^\s=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")


@dataclass(frozen=True)
class Marked:
    """A text as people see it, and what is bold, linked and so on in it."""

    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Tag:
    name: str
    argument: str
    offset: int


def marked(text: str, mode: Any) -> Marked:
    """Read a text as its parse mode says; raises RefusedError with Telegram's words."""
    if not mode:
        return Marked(text)
    if str(mode).lower() != "html":
        raise bad("unsupported parse_mode")
    return _Reader(text).read()


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Reader:
    """Walks through a text once, in the order in which Telegram finds mistakes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.seen: list[str] = []
        self.units = 0
        self.open: list[_Tag] = []
        self.entities: list[dict[str, Any]] = []

    def read(self) -> Marked:
        while self.at < len(self.text):
            if self.text.startswith("</", self.at):
                self._end()
            elif self.text[self.at] == "<":
                self._start()
            else:
                self._words()
        if self.open:
            name = self.open[-1].name
            raise _mistake(f'Can\'t find end tag corresponding to start tag "{name}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return Marked("".join(self.seen), self.entities)

    def _words(self) -> None:
        piece = self._match(_PLAIN) if self._peek() != "&" else self._entity()
        self.seen.append(piece)
        self.units += units(piece)

    def _entity(self) -> str:
        """Read what begins with `&`; what is no entity stays as it is."""
        found = _ENTITY.match(self.text, self.at)
        sign = _sign(*found.groups()) if found else ""
        self.at = found.end() if found and sign else self.at + 1
        return sign or "&"

    def _start(self) -> None:
        begin = self.at
        self.at += 1
        name = self._match(_NAME).lower()
        if self._over():
            raise self._mistake("Unclosed start tag", begin)
        if name not in _KINDS:
            raise self._mistake(f'Unsupported start tag "{name}"', begin)
        argument = self._attributes(name, begin)
        if name == "span" and argument != "spoiler":
            raise self._mistake('Tag "span" must have class "tg-spoiler"', begin)
        if name == "tg-emoji" and not argument.isdigit():
            raise _mistake("Invalid custom emoji identifier specified")
        self.open.append(_Tag(name, argument, self.units))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self._match(_SPACE)
            if self._peek() == ">":
                self.at += 1
                return argument
            name, value = self._attribute(tag, begin)
            start = _ARGUMENTS.get((tag, name))
            if start is not None and value.startswith(start):
                argument = value.removeprefix(start)
            elif (tag, name) == ("blockquote", "expandable"):
                argument = "1"

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._match(_ATTRIBUTE).lower()
        if not name:
            raise self._mistake(f'Empty attribute name in the tag "{tag}"', begin)
        self._match(_SPACE)
        value = ""
        if self._peek() == "=":
            self.at += 1
            self._match(_SPACE)
            value = self._quoted() if self._peek() in ("'", '"') else self._token()
        if self._over():
            raise self._mistake(f'Unclosed start tag "{tag}"', begin)
        return name, value

    def _quoted(self) -> str:
        end = self._peek()
        self.at += 1
        value: list[str] = []
        while not self._over() and self._peek() != end:
            if self._peek() == "&":
                value.append(self._entity())
            else:
                value.append(self._peek())
                self.at += 1
        self.at += 1
        return "".join(value)

    def _token(self) -> str:
        begin = self.at
        value = self._match(_TOKEN).lower()
        if not self._over() and self._peek() != ">" and not self._peek().isspace():
            raise self._mistake("Unexpected end of name token", begin)
        return value

    def _end(self) -> None:
        begin = self.at
        if not self.open:
            raise self._mistake("Unexpected end tag", begin)
        self.at += 2
        name = self._match(_NAME).lower()
        self._match(_SPACE)
        if self._peek() != ">":
            raise self._mistake("Unclosed end tag", begin)
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            expected = f'expected "</{tag.name}>", found "</{name}>"'
            raise self._mistake("Unmatched end tag", begin, f", {expected}")
        self._close(tag)

    def _close(self, tag: _Tag) -> None:
        if tag.name == "code" and tag.argument and self.open and self.open[-1].name == "pre":
            self.open[-1].argument = tag.argument
            return
        made = _made(tag)
        if made and self.units > tag.offset:
            place = {"offset": tag.offset, "length": self.units - tag.offset}
            self.entities.append({**made, **place})

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found is not None, "every pattern matches the empty text, or was looked for"
        self.at = found.end()
        return found[0]

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _over(self) -> bool:
        return self.at >= len(self.text)

    def _mistake(self, what: str, begin: int, more: str = "") -> RefusedError:
        offset = len(self.text[:begin].encode("utf-8", "surrogatepass"))
        return _mistake(f"{what} at byte offset {offset}{more}")


def _mistake(what: str) -> RefusedError:
    return bad(f"can't parse entities: {what}")


def _sign(hexadecimal: str | None, decimal: str | None, name: str | None) -> str:
    if name:
        return _NAMED.get(name, "")
    code = int(hexadecimal, 16) if hexadecimal else int(decimal or 0)
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000 else ""


def _made(tag: _Tag) -> dict[str, Any] | None:
    kind = _KINDS[tag.name]
    match tag.name:
        case "a":
            return {"type": kind, "url": tag.argument} if tag.argument else None
        case "tg-emoji":
            return {"type": kind, "custom_emoji_id": tag.argument}
        case "pre" if tag.argument:
            return {"type": kind, "language": tag.argument}
        case "blockquote" if tag.argument:
            return {"type": f"expandable_{kind}"}
    return {"type": kind}
