"""Routing of feedback on labelled cases left out, ten parts in turn; what is not taken is known."""

from __future__ import annotations

import pytest

from bot.library import Library
from content.feedback import Labelled
from handlers.cases.routing import (
    SURE,
    Learned,
    Router,
    learn_bodies,
    learn_intents,
    reading_once,
    router_of,
)

PARTS = 10


def left_out(library: Library) -> list[tuple[Labelled, list[str], bool]]:
    """Propose bodies for every case by what was learned without its part."""
    read, cases = reading_once(library.index.reader), library.content.cases
    found = []
    for part in range(PARTS):
        others = [case for at, case in enumerate(cases) if at % PARTS != part]
        learned = learn_bodies(read, others, library.content.feedback)
        for case in cases[part::PARTS]:
            names, lead = ranked(learned, library, case.text)
            found.append((case, names, lead >= SURE))
    return found


def ranked(learned: Learned, library: Library, text: str) -> tuple[list[str], float]:
    scored = learned.scores(library.index.reader, text)
    order = scored.argsort()[::-1]
    return [learned.labels[at] for at in order[:3]], float(scored[order[0]] - scored[order[1]])


def test_the_right_body_is_proposed_for_cases_left_out(library: Library) -> None:
    found = left_out(library)
    assert len(found) >= 300
    first = sum(names[0] == case.body for case, names, _ in found) / len(found)
    three = sum(case.body in names for case, names, _ in found) / len(found)
    sure = [(case, names) for case, names, is_sure in found if is_sure]
    wrong = sum(names[0] != case.body for case, names in sure) / len(found)
    assert first >= 0.85
    assert three >= 0.97
    assert wrong <= 0.03
    assert len(sure) >= 0.6 * len(found)


def test_what_is_not_taken_is_known_when_left_out(library: Library) -> None:
    read, spoken, cases = (
        reading_once(library.index.reader),
        library.content.spoken,
        library.content.cases,
    )
    router = router_of(library.content, library.index)
    missed = stopped = asked = 0
    for part in range(PARTS):
        lines, others = spoken[part::PARTS], [x for n, x in enumerate(spoken) if n % PARTS != part]
        left, rest = cases[part::PARTS], [x for n, x in enumerate(cases) if n % PARTS != part]
        learned = learn_intents(read, others, rest)
        without = Router(router.reader, router.bodies, learned, {}, router.signs)
        for text, intent in [*((x.text, x.intent) for x in lines), *((x.text, "") for x in left)]:
            said = without.not_taken(text) in ("denunciation", "complaint")
            asked += intent in ("to-cao", "khieu-nai")
            missed += intent in ("to-cao", "khieu-nai") and not said
            stopped += intent in ("", "feedback") and said
    assert missed <= 0.25 * asked
    assert stopped <= 0.04 * len(cases)


@pytest.mark.parametrize(
    "text",
    [
        "Tôi tố cáo cán bộ xã nhận tiền của dân",
        "to cao can bo nhan hoi lo",
        "ông ấy đòi phong bì mới chịu ký",
        "I want to report a bribe",
    ],
)
def test_denunciations_are_known_in_any_spelling(library: Library, text: str) -> None:
    assert router_of(library.content, library.index).not_taken(text) == "denunciation"


@pytest.mark.parametrize("text", ["Rác đầu hẻm ba ngày chưa ai hốt", "Cảm ơn cô ở bộ phận một cửa"])
def test_ordinary_feedback_is_taken(library: Library, text: str) -> None:
    assert router_of(library.content, library.index).not_taken(text) is None
