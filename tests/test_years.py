"""Years of reporting with everything that goes wrong: `make years` runs 200 seeds of ten years."""

from __future__ import annotations

import pytest

from content.load import load
from content.whole import HERE
from tests.years.history import run

CONTENT = load(HERE)


@pytest.mark.parametrize("seed", [1, 2, 3, 5])
def test_a_year_keeps_every_promise(seed: int) -> None:
    found = run(CONTENT, seed, first_year=2026, years=1, bodies=50)
    assert found.wrong == []
    assert found.counts["notices"] > 400
    assert found.counts["seeded gaps"] > 0
