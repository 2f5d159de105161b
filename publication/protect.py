"""Which cells to leave out so that nobody can calculate a left-out cell back.

Three questions are put to the equations until none finds anything more to hide:
1. does an equation hold exactly one unknown?
2. do the bounds (counts are never negative, a row that is there counts at least one) leave an unknown a single value?
3. is an unknown fixed by several equations together: is its unit vector in their row space?
Each time one more published figure of such an equation is left out, the one that drags along least. That ends: with all
figures hidden every equation holds for twice the figures as well, so nothing is fixed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from publication.system import System

#: Counts of 1 to 4 persons are not published (Q-33, marts.md).
SMALLEST_PUBLISHED = 5


@dataclass
class Protection:
    """Which cells stay out: `primary` for their own sake, `secondary` to protect those."""

    primary: np.ndarray
    secondary: np.ndarray
    rounds: int

    @property
    def hidden(self) -> np.ndarray:
        """All cells that become NULL."""
        return self.primary | self.secondary


def primary_cells(system: System) -> np.ndarray:
    """Cells that rest on 1 to 4 persons, with the rest of their row where a mart publishes whole rows."""
    with np.errstate(invalid="ignore"):
        small = (system.persons >= 1) & (system.persons < SMALLEST_PUBLISHED)
    small &= ~np.isnan(system.value)
    begin, step, number = system.row_mates()
    rows = np.zeros(len(small), dtype=bool)
    together = number > 1
    rows[begin[small & together]] = True
    return (small | (rows[begin] & together & (step >= 1))) & ~np.isnan(system.value)


class Unknowns:
    """The equations after cells that always have the same value are made one unknown.

    Twins (perimeter A and B of a product in both, stand eind and the next stand begin, …) share an unknown; unknowns that
    can only be hidden together (the measures of a row) share a block.
    """

    def __init__(self, system: System) -> None:
        self.of_cell, self.equations = _merge_twins(system.equations.astype(np.int64))
        size = self.equations.shape[1]
        begin, _, number = system.row_mates()
        in_row = number > 1
        self.value = np.zeros(size)
        self.value[self.of_cell] = np.where(np.isnan(system.value), 0.0, system.value)
        self.least = np.ones(size)
        np.minimum.at(self.least, self.of_cell, np.where(in_row, 0.0, 1.0))
        ties = sparse.coo_matrix(
            (np.ones(int(in_row.sum())), (self.of_cell[in_row], self.of_cell[begin[in_row]])), shape=(size, size)
        )
        _, self.block = connected_components(ties, directed=False)
        self.weight = np.bincount(self.block[self.of_cell], minlength=int(self.block.max(initial=-1)) + 1)
        order = np.argsort(self.block, kind="stable")
        self.members = np.split(order, np.cumsum(np.bincount(self.block))[:-1]) if size else []
        self.columns = sparse.csc_matrix(self.equations)


def _merge_twins(equations: sparse.csr_matrix) -> tuple[np.ndarray, sparse.csr_matrix]:
    """Make one unknown of every two that an equation `x − y = 0` ties, drop equations that say the same; until none is left."""
    of_cell = np.arange(equations.shape[1])
    while True:
        length = np.diff(equations.indptr)
        pairs = np.flatnonzero(length == 2)
        begin = equations.indptr[pairs]
        twins = equations.data[begin] == -equations.data[begin + 1]
        if not twins.any():
            return of_cell, _distinct(equations)
        one, other = equations.indices[begin[twins]], equations.indices[begin[twins] + 1]
        edges = sparse.coo_matrix((np.ones(len(one)), (one, other)), shape=(equations.shape[1],) * 2)
        number, label = connected_components(edges, directed=False)
        merge = sparse.csr_matrix(
            (np.ones(len(label), dtype=np.int64), (np.arange(len(label)), label)), shape=(len(label), number)
        )
        of_cell = label[of_cell]
        equations = sparse.csr_matrix(equations @ merge)
        equations.sum_duplicates()
        equations.eliminate_zeros()
        equations = _distinct(equations[np.diff(equations.indptr) > 0])


def _distinct(equations: sparse.csr_matrix) -> sparse.csr_matrix:
    """The equations without those that are equal to another, entry for entry or with all signs turned."""
    equations.sort_indices()
    seen: dict[tuple[bytes, bytes], int] = {}
    indptr, indices, data = equations.indptr, equations.indices, equations.data
    kept = []
    for row in range(equations.shape[0]):
        here = slice(indptr[row], indptr[row + 1])
        signs = data[here] if data[indptr[row]] > 0 else -data[here]
        key = (indices[here].tobytes(), signs.tobytes())
        if key not in seen:
            seen[key] = row
            kept.append(row)
    return equations[kept]


class Search:
    """Keeps what is hidden and hides more where a question finds an unknown that can be calculated."""

    def __init__(self, unknowns: Unknowns, hidden: np.ndarray) -> None:
        self.u = unknowns
        self.hidden = np.zeros(len(unknowns.value), dtype=bool)
        self.open = np.zeros(unknowns.equations.shape[0], dtype=np.int64)  # unknowns per equation
        self.single: deque[int] = deque()
        for block in np.unique(unknowns.block[hidden]):
            self.hide(int(block))

    def hide(self, block: int) -> None:
        """Hide all unknowns of a block."""
        columns = self.u.columns
        for unknown in self.u.members[block]:
            if self.hidden[unknown]:
                continue
            self.hidden[unknown] = True
            for equation in columns.indices[columns.indptr[unknown] : columns.indptr[unknown + 1]]:
                self.open[equation] += 1
                if self.open[equation] == 1:
                    self.single.append(int(equation))

    def hide_one_of(self, equation: int) -> bool:
        """Hide the published figure of an equation that drags along least; False when none is left."""
        rows = self.u.equations
        inside = rows.indices[rows.indptr[equation] : rows.indptr[equation + 1]]
        candidates = inside[~self.hidden[inside]]
        if len(candidates) == 0:
            return False
        candidates = candidates[np.argsort(self.u.value[candidates], kind="stable")]
        filled = candidates[self.u.value[candidates] > 0]
        candidates = (filled if len(filled) else candidates)[:12]
        best = min(candidates, key=lambda unknown: (self._drags_along(int(unknown)), self.u.value[unknown]))
        self.hide(int(self.u.block[best]))
        return True

    def _drags_along(self, unknown: int) -> float:
        """How many equations would be left with one unknown, and how many figures go, if this one is hidden."""
        columns = self.u.columns
        found = 0
        block = self.u.block[unknown]
        for member in self.u.members[block]:
            if not self.hidden[member]:
                equations = columns.indices[columns.indptr[member] : columns.indptr[member + 1]]
                found += int((self.open[equations] == 0).sum())
        return found + 0.1 * float(self.u.weight[block])

    def close_single(self) -> int:
        """Question 1; returns how many figures it hid."""
        found = 0
        while self.single:
            equation = self.single.popleft()
            if self.open[equation] == 1 and self.hide_one_of(equation):
                found += 1
        return found
