"""Which cells to leave out so that nobody can calculate a left-out cell back.

Three questions are put to the equations until none finds anything more to hide:
1. does an equation hold exactly one unknown?
2. do the bounds (counts are never negative, a row that is there counts at least one) leave an unknown a single value?
3. is an unknown fixed by several equations together: is its unit vector in their row space?
Each time one more published figure of such an equation is left out, the one that drags along least. That ends: with all
figures hidden every equation holds for twice the figures as well, so nothing is fixed.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components, reverse_cuthill_mckee

from publication.system import System

Number = int | float | Fraction

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


def can_be_hidden(system: System) -> np.ndarray:
    """Cells with a figure that rests on somebody: a 0 that counts nobody is no secret, an absent row says the same."""
    return ~np.isnan(system.value) & ~((system.value == 0) & (system.persons == 0))


def primary_cells(system: System) -> np.ndarray:
    """Cells that do not rest on at least 5 persons, with the rest of their row where a mart publishes whole rows."""
    there = can_be_hidden(system)
    small = there & ~(system.persons >= SMALLEST_PUBLISHED)
    begin, number = system.row_mates()
    rows = np.zeros(len(small), dtype=bool)
    rows[begin[small & (number > 1)]] = True
    return (small | (rows[begin] & (number > 1))) & there


class Unknowns:
    """The equations after cells that always have the same value are made one unknown.

    Twins (perimeter A and B of a product in both, stand eind and the next stand begin, …) share an unknown; unknowns
    that can only be hidden together (the measures of a row) share a block.
    """

    def __init__(self, system: System) -> None:
        self.of_cell, self.equations = _merge_twins(system.equations.astype(np.int64))
        size = self.equations.shape[1]
        begin, number = system.row_mates()
        in_row = (number > 1) & can_be_hidden(system)
        self.value = np.zeros(size)
        self.value[self.of_cell] = np.where(np.isnan(system.value), 0.0, system.value)
        nodes = size + len(begin)  # unknowns, then rows
        ties = sparse.coo_matrix(
            (np.ones(int(in_row.sum())), (self.of_cell[in_row], size + begin[in_row])), shape=(nodes, nodes)
        )
        _, label = connected_components(ties, directed=False)
        self.block = np.unique(label[:size], return_inverse=True)[1]
        self.weight = np.bincount(self.block[self.of_cell], minlength=int(self.block.max(initial=-1)) + 1)
        self.keep = np.zeros(len(self.weight))  # of the block's cells the one to leave out last
        np.maximum.at(self.keep, self.block[self.of_cell], system.keep)
        order = np.argsort(self.block, kind="stable")
        self.members = np.split(order, np.cumsum(np.bincount(self.block))[:-1]) if size else []
        self.columns = sparse.csc_matrix(self.equations)


def _merge_twins(equations: sparse.csr_matrix) -> tuple[np.ndarray, sparse.csr_matrix]:
    """One unknown for two that an equation `x − y = 0` ties, one equation for two that are equal, as far as it goes."""
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
    indptr, indices, data = equations.indptr, equations.indices, equations.data
    starts = np.repeat(data[indptr[:-1]] if len(data) else data, np.diff(indptr))
    turned = np.where(starts < 0, -data, data)
    marks = np.random.default_rng(7).integers(1, 2**62, size=equations.shape[1])  # sums wrap around; only a first sieve
    mark = np.add.reduceat(turned * marks[indices], indptr[:-1]) if len(data) else np.zeros(0, dtype=np.int64)
    _, group, size = np.unique(mark, return_inverse=True, return_counts=True)
    keep = np.ones(equations.shape[0], dtype=bool)
    seen: set[tuple[bytes, bytes]] = set()
    for row in np.flatnonzero(size[group] > 1):
        here = slice(indptr[row], indptr[row + 1])
        key = (indices[here].tobytes(), turned[here].tobytes())
        keep[row] = key not in seen
        seen.add(key)
    return equations[keep]


class Search:
    """Keeps what is hidden and hides more where a question finds an unknown that can be calculated."""

    def __init__(self, unknowns: Unknowns, hidden: np.ndarray) -> None:
        self.u = unknowns
        blocks = np.zeros(len(unknowns.members), dtype=bool)
        blocks[unknowns.block[hidden]] = True
        self.hidden = blocks[unknowns.block]
        self.open = np.diff(sparse.csr_matrix(unknowns.equations[:, self.hidden]).indptr)  # unknowns per equation
        self.single: deque[int] = deque(np.flatnonzero(self.open == 1).tolist())
        self._for_bounds: list[int] = np.flatnonzero(self.hidden).tolist()  # hidden since question 2 was last put
        self._for_rank: list[int] = list(self._for_bounds)
        self._times = 0  # how often questions 3 and 4 were put

    def hide(self, block: int) -> None:
        """Hide all unknowns of a block."""
        columns = self.u.columns
        for unknown in self.u.members[block]:
            if self.hidden[unknown]:
                continue
            self.hidden[unknown] = True
            self._for_bounds.append(int(unknown))
            self._for_rank.append(int(unknown))
            for equation in columns.indices[columns.indptr[unknown] : columns.indptr[unknown + 1]]:
                self.open[equation] += 1
                if self.open[equation] == 1:
                    self.single.append(int(equation))

    def hide_one_of(self, equation: int) -> bool:
        """Hide the published figure of an equation that drags along least; False when none is left."""
        inside = self._members(equation)
        candidates = inside[~self.hidden[inside]]
        if len(candidates) == 0:
            return False
        keep = self.u.keep[self.u.block[candidates]]
        candidates = candidates[keep == keep.min()]
        candidates = candidates[np.argsort(self.u.value[candidates], kind="stable")][:12]  # the smallest say least
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

    def close_bounds(self) -> int:
        """Question 2; returns how many figures it hid."""
        rows, unknowns = self._to_judge(self._for_bounds)
        self._for_bounds = []
        if len(rows) == 0:
            return 0
        part = self.u.equations[rows]
        matrix = sparse.csr_matrix(part[:, unknowns]).astype(np.float64)
        total = -(part @ np.where(self.hidden, 0.0, self.u.value))
        low, high = bounds(matrix, total, np.ones(len(unknowns)))
        return self._repair(unknowns[high - low < 0.5])

    def close_together(self) -> int:
        """Questions 3 and 4; returns how many figures it hid."""
        rows, unknowns = self._to_judge(self._for_rank)
        self._for_rank = []
        if len(rows) == 0:
            return 0
        self._times += 1
        solution = solve(sparse.csr_matrix(self.u.equations[rows][:, unknowns]), self.u.value[unknowns] <= 1)
        proofs = pinned_together(solution.between_least, thorough=self._times <= _THOROUGH_ROUNDS)
        proofs += [solution.derivation(unknown) for unknown in solution.fixed().tolist()]
        helpers: set[int] = set()  # figures hidden now; a calculation that needs one of them is broken already
        found = 0
        for proof in proofs:
            needed = self._published_in(rows, proof)
            if not needed:
                message = "De beveiliging sprak zichzelf tegen; er is niets gepubliceerd."
                raise ArithmeticError(message)
            if helpers.isdisjoint(needed):
                # Every round costs seconds: each time one figure more goes, so that the last stubborn cases end soon.
                needed.sort(
                    key=lambda figure: (
                        self.u.keep[self.u.block[figure]],
                        self._drags_along(figure),
                        float(self.u.value[figure]),
                        figure,
                    )
                )
                before = len(self._for_rank)
                for figure in needed[: self._times]:
                    self.hide(int(self.u.block[figure]))
                helpers.update(self._for_rank[before:])
                found += 1
        return found

    def _published_in(self, rows: np.ndarray, proof: dict[int, Number]) -> list[int]:
        """The figures a calculation needs: what is left of its equations besides the unknowns, which cancel."""
        indptr, indices, data = self.u.equations.indptr, self.u.equations.indices, self.u.equations.data
        amount: dict[int, Number] = {}
        for number, factor in proof.items():
            here = slice(indptr[rows[number]], indptr[rows[number] + 1])
            for figure, sign in zip(indices[here].tolist(), data[here].tolist(), strict=True):
                amount[figure] = amount.get(figure, 0) + factor * sign
        # The unknowns themselves are left over too; what was hidden since the equations were solved was still
        # published.
        since = set(self._for_rank)
        return [f for f, left in amount.items() if abs(float(left)) > _NOTHING and (not self.hidden[f] or f in since)]

    def hide_connected(self, keep: float) -> None:
        """Hide all figures that stand in an equation with what was hidden last, as far as they need not be kept."""
        rows, _ = self._to_judge(self._for_rank)
        for block in np.unique(self.u.block[np.unique(self.u.equations[rows].indices)]).tolist():
            if self.u.keep[block] <= keep:
                self.hide(block)

    def _to_judge(self, hidden_since: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """The equations and unknowns connected with what was hidden since; the others cannot have changed."""
        rows = np.flatnonzero(self.open > 0)
        unknowns = np.flatnonzero(self.hidden)
        part = sparse.csr_matrix(self.u.equations[rows][:, unknowns])
        _, label = connected_components(sparse.bmat([[None, part], [part.T, None]]), directed=False)
        changed = np.zeros(int(label.max(initial=-1)) + 1, dtype=bool)
        position = np.searchsorted(unknowns, np.array(hidden_since, dtype=np.int64))
        changed[label[len(rows) :][position]] = True
        rows = rows[changed[label[: len(rows)]]]
        used = np.diff(part.tocsc().indptr) > 0
        return rows, unknowns[changed[label[part.shape[0] :]] & used]

    def _repair(self, pinned: np.ndarray) -> int:
        """Hide one figure more for every group of unknowns that pin each other; returns how many."""
        if len(pinned) == 0:
            return 0
        found = 0
        inside = np.diff(sparse.csr_matrix(self.u.equations[:, pinned]).indptr)
        # Equations in which little else is unknown come first: there the value is plainest to read.
        suspects = np.flatnonzero(inside)
        suspects = suspects[np.lexsort((suspects, self.open[suspects] - inside[suspects]))]
        waiting = np.zeros(len(self.hidden), dtype=bool)
        waiting[pinned] = True
        helped = np.zeros(len(self.hidden), dtype=bool)
        for equation in suspects.tolist():
            members = self._members(equation)
            members = members[waiting[members]]
            if not helped[members].any() and self.hide_one_of(equation):
                found += 1
                helped[members] = True
        if found == 0:
            # Nothing published is left in their own equations: what pins them comes from further off.
            found = sum(self._hide_nearest(unknown) for unknown in pinned.tolist())
        return found

    def _hide_nearest(self, unknown: int) -> bool:
        """Hide a published figure in the nearest equation that has one, going from unknown to unknown."""
        seen = {unknown}
        queue = deque([unknown])
        columns = self.u.columns
        while queue:
            one = queue.popleft()
            for equation in columns.indices[columns.indptr[one] : columns.indptr[one + 1]].tolist():
                if self.hide_one_of(equation):
                    return True
                following = [other for other in self._members(equation).tolist() if other not in seen]
                seen.update(following)
                queue.extend(following)
        return False

    def _members(self, equation: int) -> np.ndarray:
        rows = self.u.equations
        return rows.indices[rows.indptr[equation] : rows.indptr[equation + 1]]


def bounds(
    matrix: sparse.csr_matrix, total: np.ndarray, least: np.ndarray, rounds: int = 200
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest whole value of unknowns `x ≥ least` in `matrix · x = total`, one equation telling another."""
    low, high = least.astype(np.float64), np.full(len(least), np.inf)
    columns = sparse.csc_matrix(matrix)
    rows = np.arange(matrix.shape[0])
    for _ in range(rounds):
        if len(rows) == 0:
            break
        part = matrix[rows]
        entries = np.diff(part.indptr)
        row, column, sign = np.repeat(np.arange(len(rows)), entries), part.indices, part.data
        up = sign > 0
        smallest = _sum_of_others(np.where(up, sign * low[column], sign * high[column]), row, len(rows))
        largest = _sum_of_others(np.where(up, sign * high[column], sign * low[column]), row, len(rows))
        one, other = (total[rows][row] - smallest) / sign, (total[rows][row] - largest) / sign
        new_low, new_high = low.copy(), high.copy()
        np.minimum.at(new_high, column, np.floor(np.where(up, one, other) + 1e-6))
        np.maximum.at(new_low, column, np.ceil(np.where(up, other, one) - 1e-6))
        moved = np.flatnonzero((new_low > low) | (new_high < high))
        low, high = new_low, new_high
        rows = np.unique(columns[:, moved].indices)
    return low, high


def _sum_of_others(part: np.ndarray, row: np.ndarray, size: int) -> np.ndarray:
    """Per entry the sum of the other entries of its row, where entries may be infinite (all of one sign)."""
    endless = np.isinf(part)
    finite = np.where(endless, 0.0, part)
    total = np.bincount(row, weights=finite, minlength=size)[row] - finite
    others_endless = np.bincount(row, weights=endless, minlength=size)[row] - endless
    side = np.bincount(row, weights=np.where(endless, np.sign(part), 0.0), minlength=size)[row]
    return np.where(others_endless > 0, np.where(side < 0, -np.inf, np.inf), total)


@dataclass
class Solution:
    """Linear equations solved, exactly, for as many unknowns as they can be.

    Each pivot is an unknown with the equation that gives it in unknowns of later pivots and free ones. An equation is a
    dict of factors by unknown; key `-1 - i` holds how many times the i-th given equation is in it.
    """

    size: int
    pivots: list[tuple[int, dict[int, Number]]]
    between_least: list[dict[int, Number]]
    """Equations that follow from the given ones and hold only unknowns at their lowest possible value."""

    def fixed(self, seed: int = 20210101) -> np.ndarray:
        """The unknowns that have one value only.

        Give each free unknown a random number and the others follow: a vector that the equations send to 0. Where it
        is not 0, that proves that the unknown can move; where it is 0, the unknown counts as fixed, which is wrong
        once in 10^12 times and then only hides a figure too many.
        """
        numbers: list[Number] = list(np.random.default_rng(seed).integers(1, 10**12, size=self.size).tolist())
        for unknown, equation in reversed(self.pivots):
            rest = sum(factor * numbers[other] for other, factor in equation.items() if other >= 0 and other != unknown)
            numbers[unknown] = _quotient(-rest, equation[unknown])
        return np.array([unknown for unknown, number in enumerate(numbers) if number == 0], dtype=np.int64)

    def derivation(self, unknown: int) -> dict[int, Number]:
        """How a fixed unknown is calculated: given equations with the factors that add up to that unknown alone."""
        wanted: dict[int, Number] = {unknown: 1}
        found: dict[int, Number] = {}
        queue = [self._position[unknown]]
        while queue:
            solved, equation = self.pivots[heapq.heappop(queue)]
            amount = wanted.pop(solved, 0)
            if amount == 0:
                continue
            share = _quotient(amount, equation[solved])
            for other, factor in equation.items():
                if other < 0:
                    found[-1 - other] = found.get(-1 - other, 0) + share * factor
                elif other != solved:
                    if other not in wanted and other in self._position:
                        heapq.heappush(queue, self._position[other])
                    wanted[other] = wanted.get(other, 0) - share * factor
        return {number: factor for number, factor in found.items() if factor != 0}

    @cached_property
    def _position(self) -> dict[int, int]:
        return {unknown: position for position, (unknown, _) in enumerate(self.pivots)}


def _quotient(amount: Number, divisor: Number) -> Number:
    return amount * divisor if divisor in (1, -1) else Fraction(amount) / divisor


def solve(matrix: sparse.csr_matrix, at_least: np.ndarray) -> Solution:
    """Solve equations with whole factors: each time for the unknown in the fewest of them, so that they stay short.

    Unknowns marked in `at_least` (they have the lowest value they can have) wait until the others are solved for;
    what is left by then says all there is to say about pushing them up.
    """
    indptr, indices = matrix.indptr.tolist(), matrix.indices.tolist()
    data = [int(factor) for factor in matrix.data.tolist()]
    equations: list[dict[int, Number]] = []
    inside: dict[int, set[int]] = {}
    for number in range(matrix.shape[0]):
        here = slice(indptr[number], indptr[number + 1])
        equation: dict[int, Number] = dict(zip(indices[here], data[here], strict=True))
        for unknown in equation:
            inside.setdefault(unknown, set()).add(number)
        equation[-1 - number] = 1
        equations.append(equation)
    pivots: list[tuple[int, dict[int, Number]]] = []
    used: set[int] = set()
    _eliminate(equations, inside, [u for u in inside if not at_least[u]], pivots, used)
    left = [equation for number, equation in enumerate(equations) if number not in used]
    between_least = [dict(equation) for equation in left if any(other >= 0 for other in equation)]
    _eliminate(equations, inside, [u for u in inside if at_least[u]], pivots, used)
    return Solution(matrix.shape[1], pivots, between_least)


def _eliminate(
    equations: list[dict[int, Number]],
    inside: dict[int, set[int]],
    unknowns: list[int],
    pivots: list[tuple[int, dict[int, Number]]],
    used: set[int],
) -> None:
    """Gauss for these unknowns, in place; adds to the pivots and to the equations used as one."""
    queue = [(len(inside[unknown]), unknown) for unknown in unknowns]
    heapq.heapify(queue)
    while queue:
        count, unknown = heapq.heappop(queue)
        where = inside[unknown]
        if len(where) != count:
            if where:
                heapq.heappush(queue, (len(where), unknown))
            continue
        if count == 0:
            continue
        chosen = min(where, key=lambda number: (abs(equations[number][unknown]) != 1, len(equations[number]), number))
        pivot = equations[chosen]
        for number in sorted(where):
            if number != chosen:
                _subtract(equations[number], pivot, unknown, number, inside)
        for other in pivot:
            if other >= 0:
                inside[other].discard(chosen)
        pivots.append((unknown, pivot))
        used.add(chosen)


def pinned_together(equations: list[dict[int, Number]], *, thorough: bool = True) -> list[dict[int, Number]]:
    """Proofs that unknowns which cannot go down cannot go up either, each as factors by given equation.

    `equations` hold between changes of such unknowns, none of which may be negative. Added up with the factors of a
    proof they leave changes with one sign only, so that each of those must be 0. All proofs are found where equations
    hang together in groups of at most `_LARGEST_PROGRAM` unknowns; in larger groups those that need one of the
    equations.
    """
    found: list[dict[int, Number]] = []
    for group in _groups(equations):
        if thorough or len(group) <= _LARGEST_PROGRAM:
            for part in _windows(group):
                found += _pinned_in_group(part)
        else:
            found += [_given(equation) for equation in group if _one_sign(equation)]
    return found


def _one_sign(equation: dict[int, Number]) -> bool:
    return len({factor > 0 for other, factor in equation.items() if other >= 0}) == 1


def _windows(group: list[dict[int, Number]]) -> list[list[dict[int, Number]]]:
    """A large group as overlapping stretches of neighbouring equations."""
    if len(group) <= _LARGEST_PROGRAM:
        return [group]
    row, unknown, value = _entries(group)
    matrix = sparse.csr_matrix((value, (row, np.unique(unknown, return_inverse=True)[1])))
    order = reverse_cuthill_mckee(sparse.csr_matrix(abs(matrix) @ abs(matrix).T), symmetric_mode=True).tolist()
    step = _LARGEST_PROGRAM // 2
    starts = range(0, len(order) - step, step)
    return [[group[number] for number in order[start : start + _LARGEST_PROGRAM]] for start in starts]


def _groups(equations: list[dict[int, Number]]) -> list[list[dict[int, Number]]]:
    """The equations by what hangs together."""
    row, unknown, _ = _entries(equations)
    if not row:
        return []
    column = np.unique(unknown, return_inverse=True)[1]
    nodes = len(equations) + int(column.max()) + 1
    links = sparse.coo_matrix((np.ones(len(row)), (row, column + len(equations))), shape=(nodes, nodes))
    _, label = connected_components(links, directed=False)
    found: dict[int, list[dict[int, Number]]] = {}
    for equation, group in zip(equations, label.tolist(), strict=False):
        found.setdefault(group, []).append(equation)
    return list(found.values())


def _entries(equations: list[dict[int, Number]]) -> tuple[list[int], list[int], list[float]]:
    """Row, unknown and factor of every entry."""
    found = [
        (number, other, float(factor))
        for number, equation in enumerate(equations)
        for other, factor in equation.items()
        if other >= 0
    ]
    return [e[0] for e in found], [e[1] for e in found], [e[2] for e in found]


def _given(equation: dict[int, Number]) -> dict[int, Number]:
    """Of which given equations an equation is made."""
    return {-1 - other: factor for other, factor in equation.items() if other < 0}


def _pinned_in_group(group: list[dict[int, Number]]) -> list[dict[int, Number]]:
    """By linear programming: push every change towards 1; what stays 0 is pinned and the prices are the proof."""
    row, unknown, value = _entries(group)
    column = np.unique(unknown, return_inverse=True)[1]
    matrix = sparse.csr_matrix((value, (row, column)))
    size = matrix.shape[1]
    answer = linprog(  # a change is its part up to 1 plus what lies above
        np.concatenate([-np.ones(size), np.zeros(size)]),
        A_eq=sparse.hstack([matrix, matrix]),
        b_eq=np.zeros(len(group)),
        bounds=np.array([[0.0, 1.0]] * size + [[0.0, np.inf]] * size),
        method="highs",
    )
    if answer.status != 0:
        message = f"De beveiliging kon de grenzen niet nagaan; er is niets gepubliceerd ({answer.message})."
        raise ArithmeticError(message)
    if -answer.fun > size - 0.5:
        return []
    price = np.where(np.abs(answer.eqlin.marginals) > _NOTHING, answer.eqlin.marginals, 0.0)
    found = []
    for part in _groups([group[number] for number in np.flatnonzero(price)]):
        proof: dict[int, Number] = {}
        for equation in part:
            weight = float(price[next(i for i, one in enumerate(group) if one is equation)])
            for number, factor in _given(equation).items():
                proof[number] = proof.get(number, 0) + weight * float(factor)
        found.append(proof)
    return found


#: In how many rounds groups too large for one program are searched in stretches; later rounds would find next to
#: In how many rounds groups too large for one program are searched in stretches; each time costs as much as the rest.
_THOROUGH_ROUNDS = 1

#: Linear programs with up to this many equations take a fraction of a second.
_LARGEST_PROGRAM = 2000

#: A factor in a proof below this is rounding.
_NOTHING = 1e-7


def _subtract(
    equation: dict[int, Number], pivot: dict[int, Number], unknown: int, number: int, inside: dict[int, set[int]]
) -> None:
    """Take `unknown` out of an equation with the pivot's."""
    factor = _quotient(equation[unknown], pivot[unknown])
    for other, coefficient in pivot.items():
        before = equation.get(other)
        if before is None:
            equation[other] = -factor * coefficient
            if other >= 0:
                inside[other].add(number)
        else:
            after = before - factor * coefficient
            if after:
                equation[other] = after
            else:
                del equation[other]
                if other >= 0:
                    inside[other].discard(number)


def protect(system: System, most_rounds: int = 40) -> Protection:
    """Decide which cells stay out.

    After `most_rounds` whatever is still connected with a figure that can be calculated is hidden altogether: first
    what need not be kept (Mart.keep), a round later what should be a little, and so on.
    """
    primary = primary_cells(system)
    unknowns = Unknowns(system)
    search = Search(unknowns, np.unique(unknowns.of_cell[primary]))
    rounds = 1
    search.close_single()
    while search.close_bounds() or search.close_together():
        rounds += 1
        if rounds > most_rounds:
            search.hide_connected(rounds - most_rounds - 1)
        search.close_single()
    hidden = search.hidden[unknowns.of_cell] & can_be_hidden(system)
    return Protection(primary, hidden & ~primary, rounds)
