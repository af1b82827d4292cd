"""Weighs how sure an answer is: the odds that it is right, and that it should be refused."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Weights = tuple[float, ...]
ANSWER_AT = 0.75
"""Odds at which the best entry is given as the answer; below, the best few are offered."""
REFUSE_AT = 0.38
"""Odds of having no answer at which the bot says so: a wrong office costs more."""


@dataclass(frozen=True)
class Signs:
    """What is known of one question when it has been scored; all numbers, most of them 0..1."""

    top: float
    margin: float
    refuse: float
    lean: float
    lean_out: float
    covered: float
    covered_out: float
    known: float
    length: float
    english: float

    def row(self) -> NDArray[np.float64]:
        """Give the signs with the differences that matter, ready for weighing."""
        own = np.array(astuple(self), np.float64)
        more = [
            self.top * self.margin,
            self.top * self.covered,
            self.refuse * self.lean_out,
            self.covered**2,
            1.0,
        ]
        return np.concatenate([own, np.array(more, np.float64)])


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
    answer_at: float = ANSWER_AT
    refuse_at: float = REFUSE_AT

    def odds(self, signs: Signs) -> tuple[float, float]:
        """Give the probability that the best entry is right, and that none should answer."""
        row = signs.row()
        return _chance(row, self.right), _chance(row, self.out)


def learn_judge(lessons: list[Lesson]) -> Judge:
    """Learn both weighings by logistic regression from what is known of left-out questions."""
    rows = np.array([lesson.signs.row() for lesson in lessons])
    right = np.array([lesson.right and not lesson.out for lesson in lessons])
    out = np.array([lesson.out for lesson in lessons])
    return Judge(_weigh(rows, right), _weigh(rows, out))


def _weigh(rows: NDArray[np.float64], truth: NDArray[np.bool_]) -> Weights:
    """Fit a logistic regression; its last sign is the constant, so it needs no intercept."""
    if truth.all() or not truth.any():
        return (0.0,) * int(rows.shape[1] - 1) + (5.0 if truth.all() else -5.0,)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        lean = rows @ weights
        chance = expit(lean)
        value = float(np.logaddexp(0, lean).sum() - lean[truth].sum() + 0.01 * (weights**2).sum())
        return value, rows.T @ (chance - truth) + 0.02 * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    learned: NDArray[np.float64] = np.asarray(found.x, np.float64)
    return tuple(learned.tolist())


def _chance(row: NDArray[np.float64], weights: Weights) -> float:
    return float(expit(row @ np.array(weights)))
