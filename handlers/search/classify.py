"""Learns from the bank which entry a question means: kernel ridge regression, in closed form.

Every question of the bank is a point; one solve gives the weight of each point for each label and,
at little further cost, what would have been said of every point had it not been known (Rasmussen
and Williams, Gaussian Processes for Machine Learning, section 5.4.2). Those left-out scores are
what the judge learns from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Numbers = NDArray[np.int64]
RIDGE = 0.15
"""How much a single point is distrusted; chosen on questions left out of the bank."""
POWER = 1.3
"""Likeness counts by this power: sharing much says more than sharing a little twice."""
LIKENESS = 0.8
"""What full likeness to an entry's own words is worth beside a learned score of 1."""
_ROWS = 1024


@dataclass(frozen=True)
class Block:
    """What the points of one kind of entry say about each label of the kind.

    The points are those from `begin` on; the first `len(duals)` of them were solved for together.
    The rest, of entries that came when a solve had no more room, speak by likeness alone for the
    label in `loose`. `labels` gives the index's number of each label of the block.
    """

    begin: int
    duals: Scores
    loose: Numbers
    labels: Numbers

    def scores(self, near: Scores) -> Scores:
        """Score the labels of the block for a question; `near` is its likeness to every point."""
        solved = self.begin + len(self.duals)
        learned: Scores = near[self.begin : solved] @ self.duals
        if len(self.loose):
            likeness = near[solved : solved + len(self.loose)]
            np.maximum.at(learned, self.loose, LIKENESS * likeness)
        return learned


def likeness(points: sp.csr_matrix, columns: Numbers, values: Scores) -> Scores:
    """Compare a question with every point; `points` has a row for each feature."""
    rows = points[columns]
    weighed = rows.data * np.repeat(values, np.diff(rows.indptr))
    near = np.bincount(rows.indices, weighed, minlength=points.shape[1])
    return near.astype(np.float32) ** POWER


def train(rows: sp.csr_matrix, targets: Scores, asked: Numbers) -> tuple[Scores, Scores]:
    """Solve for the weights of the points; gives them and the left-out scores of those `asked`.

    The asked points are put last: of the factor's inverse only their corner is then needed.
    """
    count = len(targets)
    order = np.concatenate([np.setdiff1d(np.arange(count), asked), asked])
    kernel = _likeness(rows[order])
    kernel[np.diag_indices_from(kernel)] += RIDGE
    factor, _ = scipy.linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    solved = scipy.linalg.cho_solve((factor, True), targets[order], check_finite=False)
    duals = np.empty_like(targets)
    duals[order] = solved
    corner = np.tril(factor[count - len(asked) :, count - len(asked) :])
    inverse, _ = scipy.linalg.lapack.strtri(corner, lower=1)
    spread = (np.tril(inverse) ** 2).sum(0)
    return duals, targets[asked] - duals[asked] / spread[:, None]


def _likeness(rows: sp.csr_matrix) -> Scores:
    """Compare every point with every point, some rows at a time to keep memory low."""
    count = rows.shape[0]
    out = np.empty((count, count), np.float32, order="F")
    turned = rows.T.tocsr()
    for begin in range(0, count, _ROWS):
        out[begin : begin + _ROWS] = (rows[begin : begin + _ROWS] @ turned).toarray() ** POWER
    return out
