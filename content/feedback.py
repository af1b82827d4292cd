"""The shapes of feedback.yaml and of the labelled cases the routing learns from."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from content.model import Both, Ref, Slug, Strict, Words

Intent = Literal["denunciation", "complaint", "danger"]


class Consent(Strict):
    """What a citizen agrees to before words are kept; a new wording gets a new version."""

    version: Slug
    text: Both


class Days(Strict):
    """Clocks in working days, and where they come from."""

    first_look: int = Field(ge=1)
    answer: int = Field(ge=1)
    complex: int = Field(ge=1)
    warn_before: int = Field(ge=0)
    longest_pause: int = Field(ge=0)
    confirm: int = Field(ge=1)
    source: Words
    confirm_with: Slug


class Target(Strict):
    """The share of satisfied people the plan sets, and the unit that says so."""

    share: float = Field(gt=0, le=1)
    ref: Ref


class Kind(Strict):
    """A kind of feedback."""

    id: Slug
    name: Both


class Template(Strict):
    """A beginning of an answer, for staff."""

    id: Slug
    name: Words
    text: Words


class Feedback(Strict):
    """All of feedback.yaml."""

    checked: dt.date
    review_by: dt.date
    owner: Slug
    consent: Consent
    days: Days
    target: Target
    kinds: tuple[Kind, ...] = Field(min_length=1)
    templates: tuple[Template, ...]
    not_taken: dict[Intent, Ref]
    signs: dict[Intent, tuple[Words, ...]]
    scopes: dict[Slug, tuple[Words, ...]]

    @model_validator(mode="after")
    def _whole(self) -> Feedback:
        for intent in ("denunciation", "complaint", "danger"):
            if intent not in self.not_taken or intent not in self.signs:
                raise ValueError(f"“{intent}” needs an entry under not_taken and under signs")
        return self


class Labelled(Strict):
    """A message as people write it, with the body and the field it belongs to."""

    text: Words
    body: Slug
    field: Words
    kind: Slug


class Topic(Strict):
    """Something people can be told of; what is urgent goes at any hour, however much else went."""

    id: Slug
    name: Both
    urgent: bool = False


class Topics(Strict):
    """All topics, and how many announcements somebody gets of them in seven days at most."""

    most_a_week: int = Field(ge=1, le=50)
    topics: tuple[Topic, ...]


class Spoken(Strict):
    """A message with what it is: feedback, or what is not taken here."""

    text: Words
    intent: Literal["to-cao", "khieu-nai", "danger", "feedback"]
