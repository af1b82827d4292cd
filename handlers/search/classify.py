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
    """The points of one kind of entry, with what each of them says about each label of the kind.

    `points` has a column for each feature; the first `len(duals)` points were solved for together.
    The rest, of entries that came when a solve had no more room, speak by likeness alone for the
    label in `loose`. `labels` gives the index's number of each label of the block.
    """

    points: sp.csc_matrix
    duals: Scores
    loose: Numbers
    labels: Numbers

    def scores(self, columns: Numbers, values: Scores) -> Scores:
        """Score the labels of the block for one question; the numbers must lie in `columns`."""
        near = np.zeros(self.points.shape[0], np.float32)
        data, rows, ends = self.points.data, self.points.indices, self.points.indptr
        for column, value in zip(columns.tolist(), values.tolist(), strict=True):
            begin, end = ends[column], ends[column + 1]
            near[rows[begin:end]] += value * data[begin:end]
        near **= POWER
        solved = len(self.duals)
        learned = near[:solved] @ self.duals
        if len(self.loose):
            np.maximum.at(learned, self.loose, LIKENESS * near[solved:])
        return learned


def train(rows: sp.csr_matrix, targets: Scores) -> tuple[Scores, Scores]:
    """Solve for the weights of the points; gives them and the left-out scores of every point."""
    kernel = _likeness(rows)
    kernel[np.diag_indices_from(kernel)] += RIDGE
    factor, _ = scipy.linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    duals = scipy.linalg.cho_solve((factor, True), targets, check_finite=False).astype(np.float32)
    # The diagonal of the inverse, from the inverse of the factor: each column's squared length.
    inverse, _ = scipy.linalg.lapack.strtri(factor, lower=1, overwrite_c=1)
    spread = np.zeros(len(targets), np.float32)
    for begin in range(0, len(targets), _ROWS):
        spread += (np.tril(inverse[begin : begin + _ROWS], begin) ** 2).sum(0)
    return duals, targets - duals / spread[:, None]


def _likeness(rows: sp.csr_matrix) -> Scores:
    """Compare every point with every point, some rows at a time to keep memory low."""
    count = rows.shape[0]
    out = np.empty((count, count), np.float32, order="F")
    turned = rows.T.tocsr()
    for begin in range(0, count, _ROWS):
        out[begin : begin + _ROWS] = (rows[begin : begin + _ROWS] @ turned).toarray() ** POWER
    return out
