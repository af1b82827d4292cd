"""Weighs how sure an answer is: the odds that it is right, and that it should be refused."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Weights = tuple[float, ...]
WRONG = 0.010
"""Share of left-out questions that may be answered wrongly; the answer line is set by it."""
WRONGLY_REFUSED = 0.012
"""Share of left-out questions with an answer that may be refused; the refusal line is set by it."""


@dataclass(frozen=True)
class Signs:
    """What is known of one question when it has been scored; all numbers, most of them 0..1."""

    top: float
    margin: float
    refuse: float
    known: float
    length: float
    english: float

    def row(self) -> NDArray[np.float64]:
        """Give the signs with the differences that matter, ready for weighing."""
        own = np.array(astuple(self), np.float64)
        more = [self.top - self.refuse, self.top * self.margin, self.top * self.known, 1.0]
        return np.concatenate([own, more])


@dataclass(frozen=True)
class Lesson:
    """A question left out of the bank: its signs, whether its best entry is right, or none is."""

    signs: Signs
    right: bool
    out: bool


@dataclass(frozen=True)
class Judge:
    """Two weighings learned from questions left out of the bank, and where the lines are drawn."""

    right: Weights
    out: Weights
    answer_at: float
    refuse_at: float

    def odds(self, signs: Signs) -> tuple[float, float]:
        """Give the probability that the best entry is right, and that none should answer."""
        row = signs.row()
        return _chance(row, self.right), _chance(row, self.out)


def learn_judge(lessons: list[Lesson]) -> Judge:
    """Learn both weighings by logistic regression, then draw the lines by the shares above."""
    rows = np.array([lesson.signs.row() for lesson in lessons])
    right = np.array([lesson.right and not lesson.out for lesson in lessons])
    out = np.array([lesson.out for lesson in lessons])
    weigh_right, weigh_out = _weigh(rows, right), _weigh(rows, out)
    chance_right, chance_out = _chances(rows, weigh_right), _chances(rows, weigh_out)
    refuse_at = _line(chance_out[~out], WRONGLY_REFUSED)
    kept = ~out & (chance_out < refuse_at)
    answer_at = _line(
        chance_right[kept & ~right], WRONG * (~out).sum() / max((kept & ~right).sum(), 1)
    )
    return Judge(tuple(weigh_right), tuple(weigh_out), answer_at, refuse_at)


def _line(chances: NDArray[np.float64], share: float) -> float:
    """Give the value that at most `share` of the chances reach."""
    if not len(chances):
        return 0.5
    return float(np.quantile(chances, max(1.0 - share, 0.0), method="higher")) + 1e-9


def _weigh(rows: NDArray[np.float64], truth: NDArray[np.bool_]) -> Weights:
    """Fit a logistic regression; its last sign is the constant, so it needs no intercept."""
    if truth.all() or not truth.any():
        return (0.0,) * (rows.shape[1] - 1) + (5.0 if truth.all() else -5.0,)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        lean = rows @ weights
        chance = expit(lean)
        value = float(np.logaddexp(0, lean).sum() - lean[truth].sum() + 0.01 * (weights**2).sum())
        return value, rows.T @ (chance - truth) + 0.02 * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x
    return tuple(map(float, weights))


def _chances(rows: NDArray[np.float64], weights: Weights) -> NDArray[np.float64]:
    return np.asarray(expit(rows @ np.array(weights)))


def _chance(row: NDArray[np.float64], weights: Weights) -> float:
    return float(expit(row @ np.array(weights)))
