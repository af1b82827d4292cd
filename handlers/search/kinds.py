"""Tells which kind of thing a question is about: a procedure, the plan, something general, none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from handlers.search.classify import Numbers, Scores

KINDS = ("procedure", "plan", "general", "refuse")
OF_LABEL = {
    "procedure": 0,
    "plan": 1,
    "list": 1,
    "agency": 2,
    "answer": 2,
    "refuse": 3,
}
"""The kind of a label, by the word before its colon."""
FOLDS = 3


@dataclass(frozen=True)
class KindMachine:
    """A linear support vector machine over the same features: a row of weights for each kind."""

    weights: Scores
    constants: Scores

    def lean(self, columns: Numbers, values: Scores) -> Scores:
        """Give how much a question leans to each kind; above 0 speaks for it."""
        return self.weights[:, columns] @ values + self.constants


def kind_of(label: str) -> int:
    """Give the kind of a label."""
    return OF_LABEL[label.partition(":")[0]]


def learn_kinds(rows: sp.csr_matrix, kinds: Numbers) -> tuple[KindMachine, Scores]:
    """Learn the kinds; gives the machine, and the leanings of every row from folds without it."""
    # Imported here: learning is rare (see `cache`), and the library takes a second to load.
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    present = np.unique(kinds)
    left_out = np.full((len(kinds), len(KINDS)), -1.0, np.float32)
    if len(present) < 2 or np.bincount(kinds)[present].min() < FOLDS:
        weights = np.zeros((len(KINDS), rows.shape[1]), np.float32)
        return KindMachine(weights, np.zeros(len(KINDS), np.float32)), left_out
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for known, unknown in folds.split(rows, kinds):
        machine = _fit(LinearSVC(C=1.0, random_state=0).fit(rows[known], kinds[known]))
        left_out[unknown] = rows[unknown] @ machine.weights.T + machine.constants
    return _fit(LinearSVC(C=1.0, random_state=0).fit(rows, kinds)), left_out


def _fit(found: object) -> KindMachine:
    """Bring what the library learned into one row for each kind, also where some are missing."""
    learned = vars(found)
    weights = np.zeros((len(KINDS), learned["coef_"].shape[1]), np.float32)
    constants = np.full(len(KINDS), -1.0, np.float32)
    rows, intercepts = learned["coef_"], learned["intercept_"]
    if len(rows) == 1:
        rows, intercepts = np.vstack([-rows, rows]), np.concatenate([-intercepts, intercepts])
    for at, kind in enumerate(learned["classes_"]):
        weights[kind], constants[kind] = rows[at], intercepts[at]
    return KindMachine(weights, constants)
