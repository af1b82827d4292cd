"""Learns from the bank which entry a question means: kernel ridge regression, in closed form.

Every question of the bank is a point; one solve gives the weight of each point for each entry, and,
at no further cost, what the machine would have said of every point had it not known that point
(Rasmussen and Williams, Gaussian Processes for Machine Learning, section 5.4.2). Those left-out
scores are what the thresholds are set by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Numbers = NDArray[np.int64]
RIDGE = 0.35
"""How much the machine distrusts a single point; chosen on questions left out of the bank."""
LIKENESS = 0.8
"""What full likeness to an entry's own words is worth beside a learned score of 1."""
_BLOCK = 1024


@dataclass(frozen=True)
class Machine:
    """All points as columns-first rows, the weights of the solved ones, and who owns each point.

    The first `len(duals)` points were solved for together; the rest, of entries that came when a
    solve had no more room, speak for their owner by likeness alone. `owners` gives the label of
    each point, `order` and `starts` sort the points by owner.
    """

    points: sp.csc_matrix
    duals: Scores
    owners: Numbers
    order: Numbers
    starts: Numbers
    labels: int

    def scores(self, columns: Numbers, values: Scores) -> tuple[Scores, Scores, Scores]:
        """Score every label and fact by the whole bank, and every label by its nearest point."""
        near = self._near(columns, values)
        solved = len(self.duals)
        learned = near[:solved] @ self.duals
        nearest = np.zeros(self.labels, np.float32)
        nearest[self.owners[self.order[self.starts]]] = np.maximum.reduceat(
            near[self.order], self.starts
        )
        scores = learned[: self.labels]
        if solved < len(near):
            scores = scores.copy()
            loose = self.owners[solved:]
            np.maximum.at(scores, loose, LIKENESS * near[solved:])
        return scores, learned[self.labels :], nearest

    def _near(self, columns: Numbers, values: Scores) -> Scores:
        near = np.zeros(self.points.shape[0], np.float32)
        data, rows, ends = self.points.data, self.points.indices, self.points.indptr
        for column, value in zip(columns.tolist(), values.tolist(), strict=True):
            begin, end = ends[column], ends[column + 1]
            near[rows[begin:end]] += value * data[begin:end]
        return near


def make_machine(points: sp.csr_matrix, duals: Scores, owners: Numbers, labels: int) -> Machine:
    """Put the machine together; the solved points come first in `points`."""
    order = np.argsort(owners, kind="stable")
    starts = np.flatnonzero(np.diff(owners[order], prepend=-1))
    return Machine(points.tocsc(), duals, owners, order, starts, labels)


def train(rows: sp.csr_matrix, targets: Scores, ridge: float = RIDGE) -> tuple[Scores, Scores]:
    """Solve for the weights of the points; gives them and the left-out scores of every point."""
    kernel = gram(rows)
    kernel[np.diag_indices_from(kernel)] += ridge
    factor = scipy.linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    duals = scipy.linalg.cho_solve(factor, targets, check_finite=False).astype(np.float32)
    # The diagonal of the inverse, from the inverse of the factor: each column's squared length.
    inverse, _ = scipy.linalg.lapack.strtri(factor[0], lower=1, overwrite_c=1)
    spread = np.zeros(len(targets), np.float32)
    for begin in range(0, len(targets), _BLOCK):
        block = np.tril(inverse[begin : begin + _BLOCK], begin)
        spread += (block**2).sum(0)
    return duals, targets - duals / spread[:, None]


def gram(rows: sp.csr_matrix) -> Scores:
    """Compare every point with every point, block by block to keep memory low."""
    count = rows.shape[0]
    out = np.empty((count, count), np.float32, order="F")
    turned = rows.T.tocsr()
    for begin in range(0, count, _BLOCK):
        out[begin : begin + _BLOCK] = (rows[begin : begin + _BLOCK] @ turned).toarray()
    return out
