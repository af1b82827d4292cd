"""The shapes of all a curator writes: plan units, procedures, agencies, answers, questions."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Facet = Literal[
    "documents", "time_limit", "fee", "where", "online", "steps", "who", "legal_basis", "result"
]
FACETS: tuple[Facet, ...] = (
    "documents",
    "time_limit",
    "fee",
    "where",
    "online",
    "steps",
    "who",
    "legal_basis",
    "result",
)
Lang = Literal["vi", "en"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Ref = Annotated[
    str, StringConstraints(pattern=r"^(plan|procedure|agency|answer|report|list):[A-Za-z0-9.\-]+$")
]


class Strict(BaseModel):
    """A frozen record that refuses a field it does not know, so that a slip of the pen is seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Both(Strict):
    """The same words in Vietnamese (authoritative) and English."""

    vi: Words
    en: Words

    def get(self, lang: str) -> str:
        """Give the words in `lang`, Vietnamese where there is no such language."""
        return self.en if lang == "en" else self.vi


class Kept(Strict):
    """What every entry carries so that a reader can judge it: origin, date, keeper, validity."""

    sources: tuple[Words, ...] = Field(min_length=1)
    checked: dt.date
    review_by: dt.date
    owner: Slug
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Kept:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        if self.review_by < self.checked:
            raise ValueError("review_by is before checked")
        return self


class Law(Strict):
    """One legal document a procedure rests on; `number` is null where none was found."""

    number: Words | None
    name: Words
    articles: str = ""


class Online(Strict):
    """Whether, how far and where a procedure can be done on the web."""

    available: bool
    mode: str = ""
    portal: str = ""
    note: Words


class Unverified(Strict):
    """A statement of an entry that nobody has confirmed, tied to the facet it touches."""

    field: Literal[
        "documents",
        "time_limit",
        "fee",
        "where",
        "online",
        "steps",
        "who",
        "legal_basis",
        "result",
        "pitfalls",
    ]
    what: Words


class EnglishCard(Strict):
    """The full English text of a procedure."""

    who: Words
    documents: tuple[Words, ...]
    steps: tuple[Words, ...]
    time_limit: Words
    fee: Words
    where: Words
    online: Words
    result: Words
    pitfalls: tuple[Words, ...] = ()


class Procedure(Kept):
    """How one administrative procedure is done."""

    slug: Slug
    name: Both
    area: Both
    level: Words
    confidence: Literal["high", "medium", "low"]
    who: Words
    documents: tuple[Words, ...] = Field(min_length=1)
    steps: tuple[Words, ...] = Field(min_length=1)
    time_limit: Words
    fee: Words
    where: Words
    online: Online
    result: Words
    legal_basis: tuple[Law, ...] = Field(min_length=1)
    pitfalls: tuple[Words, ...] = ()
    editor_notes: tuple[Words, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    aliases: tuple[Words, ...] = ()
    related: tuple[Slug, ...] = ()
    en: EnglishCard | None = None

    @property
    def ref(self) -> str:
        """The reference an answer cites."""
        return f"procedure:{self.slug}"


class Target(Strict):
    """A number the plan sets: what is measured, the sign, the value, its unit and the year."""

    what: Both
    sign: Literal["=", ">", ">="] = "="
    value: float
    unit: Literal["%", "lần/năm"] = "%"
    year: int | None = None


class Unit(Strict):
    """One citable unit of the plan; `text` is the document's own, slips included."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-]+$")]
    section: Words
    heading: str
    text: Words
    mended: Words | None = None
    title: Both
    gist_en: Words
    lead: tuple[Slug, ...] = ()
    join: tuple[Slug, ...] = ()
    product: tuple[Words, ...] = ()
    time: str = ""
    targets: tuple[Target, ...] = ()
    documents: tuple[Words, ...] = ()
    topics: tuple[Slug, ...] = ()

    @property
    def ref(self) -> str:
        """The reference an answer cites."""
        return f"plan:{self.id}"

    @property
    def shown(self) -> str:
        """The text with slips of the scanner mended."""
        return self.mended or self.text


class Document(Kept):
    """The plan as a document: what is true of every unit of it."""

    number: Words
    title: Both
    source_url: str = ""


class PlanList(Strict):
    """A named set of units that is the whole answer to a question such as "all targets for tax"."""

    id: Slug
    title: Both
    units: tuple[Words, ...] = Field(min_length=1)
    aliases: tuple[Words, ...] = ()

    @property
    def ref(self) -> str:
        """The key of the list inside the search; answers cite its units."""
        return f"list:{self.id}"


class Agency(Strict):
    """A body named in the plan or concerned by it, and who it is today."""

    id: Slug
    name: Both
    abbr: str = ""
    kind: Literal["so", "ban-nganh", "don-vi", "bao-dai", "huyen", "xa", "nganh-doc"]
    role: Literal["reporting", "receiver", "group", "directory"]
    aliases: tuple[Words, ...] = ()
    plan_sections: tuple[Words, ...] = ()
    today: Words
    today_unsure: tuple[Words, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: Words

    @property
    def ref(self) -> str:
        """The reference an answer cites."""
        return f"agency:{self.id}"


class Answer(Kept):
    """A curated general answer: about the bot, the reform, indices, emergencies, manners."""

    slug: Slug
    title: Both
    kind: Literal["info", "smalltalk", "safety", "person", "bot"]
    text: Both
    aliases: tuple[Words, ...] = ()
    related: tuple[Ref, ...] = ()
    unverified: tuple[Words, ...] = ()

    @property
    def ref(self) -> str:
        """The reference an answer cites."""
        return f"answer:{self.slug}"


class Question(Strict):
    """A line of the question bank: words people type, and the entries that answer them.

    `refs` is empty for what must be refused, and `topic` then says what it is about; a `list:` ref
    means the set of all units of that list. `before` is an earlier question of the same talk.
    """

    q: Words
    refs: tuple[Ref, ...] = ()
    style: Literal["formal", "everyday", "noaccent", "typo", "teencode", "english", "short"]
    facet: Facet | None = None
    topic: Slug | None = None
    before: Words | None = None

    @model_validator(mode="after")
    def _refused_or_not(self) -> Question:
        if bool(self.refs) == bool(self.topic):
            raise ValueError("a question has refs, or the topic it is refused under, not both")
        return self
