"""The shape of an announcement, as a form collects it and as a file holds it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from content.model import Lang, Slug, Strict

LONGEST = 1500
"""Letters of a text: with its buttons it goes in one message on every channel."""
MOST_LINKS = 3
STAFF = "staff"
"""The audience of all officials who report, beside the topics."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Https = Annotated[str, StringConstraints(pattern=r"^https://\S{4,300}$")]


class Texts(Strict):
    """The words in each language; English may be missing."""

    vi: Text
    en: Text | None = None


class Link(Strict):
    """A button that leads to a page."""

    label: Label
    url: Https


class Audience(Strict):
    """Who gets it: holders of roles, else subscribers of the topic; each list narrows it."""

    roles: tuple[Literal["focal", "deputy", "head", "handler", "coordinator"], ...] = ()
    agencies: tuple[Slug, ...] = ()
    channels: tuple[Literal["web", "telegram", "zalo-oa", "zalo-bot"], ...] = ()
    langs: tuple[Lang, ...] = ()


class Draft(Strict):
    """An announcement to be approved; without `at` it goes as soon as it is approved."""

    texts: Texts
    topic: Slug = ""
    audience: Audience = Audience()
    links: tuple[Link, ...] = Field(default=(), max_length=MOST_LINKS)
    at: AwareDatetime | None = None
    must_read: bool = False

    @model_validator(mode="after")
    def _for_somebody(self) -> Draft:
        if bool(self.topic) == bool(self.audience.roles):
            raise ValueError("name either a topic or audience.roles, not both")
        if self.audience.agencies and not self.audience.roles:
            raise ValueError("audience.agencies narrows audience.roles: name roles too")
        if self.must_read and not self.audience.roles:
            raise ValueError("must_read is for officials: name audience.roles")
        return self
