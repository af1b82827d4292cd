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
POWER = 1.2
"""Likeness counts by this power: sharing much says more than sharing a little twice."""
FLOOR = 0.03
"""Likeness up to this is none: sharing no more than common letters says nothing, and costs time."""
LIKENESS = 0.8
"""What full likeness to an entry's own words is worth beside a learned score of 1."""
_ROWS = 1024


@dataclass(frozen=True)
class Block:
    """What the points of one kind of entry say about each label of the kind.

    The points are those from `begin` on; the first `len(duals)` of them were solved for together,
    for the first labels of the block. The rest, of entries for which a solve had no room, speak by
    likeness alone, each for the label in `loose`. `labels` gives the index's number of each label.
    """

    begin: int
    duals: Scores
    loose: Numbers
    labels: Numbers

    def scores(self, alike: Numbers, told: Scores) -> Scores:
        """Score the labels of the block for a question; see `likeness` for what is given."""
        solved = self.begin + len(self.duals)
        first, last, end = alike.searchsorted((self.begin, solved, solved + len(self.loose)))
        out = np.zeros(len(self.labels), np.float32)
        ours = alike[first:last] - self.begin
        out[: self.duals.shape[1]] = told[first:last] @ self.duals.take(ours, 0)
        if last < end:
            owners = self.loose[alike[last:end] - solved]
            np.maximum.at(out, owners, LIKENESS * told[last:end])
        return out


def likeness(points: sp.csr_matrix, columns: Numbers, values: Scores) -> tuple[Numbers, Scores]:
    """Compare a question with every point; `points` has a row for each feature.

    Gives the numbers of the points that are like it at all, in order, and how much each is.
    """
    near = points[columns].T @ values
    alike = np.flatnonzero(near > FLOOR)
    return alike, bent(near[alike])


def bent(raw: Scores) -> Scores:
    """Bend a plain likeness to what it counts for."""
    counted: Scores = np.maximum(raw - FLOOR, 0.0) ** POWER
    return counted


def train(rows: sp.csr_matrix, targets: Scores, asked: Numbers) -> tuple[Scores, Scores]:
    """Solve for the weights of the points; gives them and the left-out scores of those `asked`.

    The asked points are put last: of the factor's inverse only their corner is then needed.
    """
    count = len(targets)
    order = np.concatenate([np.setdiff1d(np.arange(count), asked), asked])
    kernel = _likeness(rows[order])
    factor = _factor(kernel)
    solved = scipy.linalg.cho_solve((factor, True), targets[order], check_finite=False)
    duals = np.empty_like(targets)
    duals[order] = solved
    corner = np.tril(factor[count - len(asked) :, count - len(asked) :])
    inverse, _ = scipy.linalg.lapack.strtri(corner, lower=1)
    spread = (np.tril(inverse) ** 2).sum(0)
    return duals, targets[asked] - duals[asked] / spread[:, None]


def _factor(kernel: Scores) -> Scores:
    """Take the root of kernel and ridge; the floor can leave the kernel a little improper."""
    diagonal, ridge = kernel.diagonal().copy(), RIDGE
    while True:
        np.fill_diagonal(kernel, diagonal + ridge)
        try:
            factor: Scores
            factor, _ = scipy.linalg.cho_factor(
                kernel, lower=True, overwrite_a=True, check_finite=False
            )
        except np.linalg.LinAlgError:
            ridge *= 2
            for row in range(1, len(kernel)):  # only the lower half was written over
                kernel[row, :row] = kernel[:row, row]
        else:
            return factor


def _likeness(rows: sp.csr_matrix) -> Scores:
    """Compare every point with every point, some rows at a time to keep memory low."""
    count = rows.shape[0]
    out = np.empty((count, count), np.float32, order="F")
    turned = rows.T.tocsr()
    for begin in range(0, count, _ROWS):
        out[begin : begin + _ROWS] = bent((rows[begin : begin + _ROWS] @ turned).toarray())
    return out
