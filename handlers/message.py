"""What comes in and what goes out, in words that belong to no channel."""

from __future__ import annotations

from dataclasses import dataclass, field

from content.model import Lang

ACTION_BYTES = 64
"""Telegram's limit for what a button sends back (Bot API, InlineKeyboardButton.callback_data)."""
MOST_FILE_BYTES = 10 * 1024 * 1024
"""The largest file that is taken from a person."""


@dataclass(frozen=True)
class Address:
    """Where a person is reached: the channel's name and the channel's id of the person."""

    channel: str
    user: str


@dataclass(frozen=True)
class File:
    """A file in or out: its name, its type by content, and its bytes."""

    name: str
    type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Place:
    """A position given on purpose, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Request:
    """One message from a person: typed words, or the action of a button they pressed.

    `id` is unique within the channel and says whether a message was handled before. `shared` says
    that several people read along, as in a group; `source` is the channel's number of the message
    whose button was pressed, `answers` of the one that was answered with the platform's “reply”.
    """

    sender: Address
    id: str
    text: str = ""
    action: str = ""
    files: tuple[File, ...] = ()
    place: Place | None = None
    lang: Lang | None = None
    shared: bool = False
    source: str = ""
    answers: str = ""


@dataclass(frozen=True)
class Button:
    """A choice: its label, and either what it does or where it leads."""

    label: str
    action: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if bool(self.action) == bool(self.url):
            raise ValueError(f"button {self.label!r} needs an action or a url, not both")
        if len(self.action.encode()) > ACTION_BYTES:
            raise ValueError(f"button {self.label!r}: action is over {ACTION_BYTES} bytes")


Rows = tuple[tuple[Button, ...], ...]
"""Buttons below a message, row by row."""


@dataclass(frozen=True)
class Letter:
    """A message to somebody else: to whom (the person's number), why (a key used once), and what.

    It goes when the act that caused it is committed, and never twice for one key. A sealed address
    belongs to nobody: `person` is None.
    """

    person: int | None
    to: Address
    key: str
    text: str
    buttons: Rows = ()


@dataclass(frozen=True)
class Reply:
    """One answer: plain text (channels escape it), rows of buttons, and how to show it.

    `notice` is a short passing word (a toast); `fresh` asks for a new message where a channel
    would otherwise edit the one whose button was pressed. `refs` are what the text rests on;
    `subject` is what it is about, in words: a question that follows may leave it out. `menu` tells
    what this person may do from now on: commands and what each does. `letters` go to others.
    `unkept` leaves this turn out of the conversation that is kept: neither side's words stay.
    `erased` says that the person is gone from the memory: nothing of this reply may be kept.
    """

    text: str
    buttons: Rows = ()
    notice: str = ""
    fresh: bool = False
    files: tuple[File, ...] = ()
    refs: tuple[str, ...] = ()
    subject: str = ""
    menu: tuple[tuple[str, str], ...] = ()
    letters: tuple[Letter, ...] = ()
    unkept: bool = False
    erased: bool = False
