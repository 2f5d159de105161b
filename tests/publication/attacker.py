"""Somebody who reads everything in `publicatie`, knows the definitions by heart, and calculates.

Written apart from the publication's own declarations: the relations stand here as an outsider would write them down,
and the calculating is done by exact elimination and by linear programming, neither of which the publication uses this
way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

Cell = tuple[str, str, tuple[Hashable, ...]]
Equation = list[tuple[int, Cell]]

SERIES = ("regio", "gemeente_basis", "gemeente_code", "domein", "perimeter", "basis")
SWITCHES = ("mart_doorstroom", "mart_administratief")
FLOWS = ("mart_instroom", "mart_uitstroom", *SWITCHES)
OCCUPANCY = ("mart_bezetting", "mart_bezetting_jaar")
COUNTS = ("stand_eind", "clientdagen", "unieke_clienten")


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


class Attacker:
    """`published`: the tables as published, NaN where a figure is left out; `keys`: the grain of each."""

    def __init__(self, published: Mapping[str, pd.DataFrame], keys: Mapping[str, list[str]]) -> None:
        self.known: dict[Cell, float] = {}
        self.rows: dict[str, list[dict[str, Hashable]]] = {}
        self.keys = keys
        for mart, frame in published.items():
            measures = [c for c in frame.columns if c not in keys[mart] and c not in ("onderdrukt", "bijgewerkt_tot")]
            self.rows[mart] = frame[keys[mart]].to_dict("records")
            for row, values in zip(self.rows[mart], frame[measures].to_numpy(dtype=float), strict=True):
                for measure, value in zip(measures, values, strict=True):
                    self.known[self.cell(mart, measure, row)] = value

    def cell(self, mart: str, measure: str, row: Mapping[str, Hashable]) -> Cell:
        return (mart, measure, tuple(row[k] for k in self.keys[mart]))

    @property
    def unknown(self) -> list[Cell]:
        """Figures left out (zorgjaren is clientdagen over the days of the year: the same unknown)."""
        return [cell for cell, value in self.known.items() if np.isnan(value) and cell[1] != "zorgjaren"]

    # --- what adds up to what ---------------------------------------------------------------------------------------

    def exact(self) -> Iterator[Equation]:
        """Relations that follow from the definitions."""
        balance = "mart_stroombalans"
        signs = {"stand_begin": 1, "instroom": 1, "wissel_in": 1, "grens_in": 1}
        signs |= {"uitstroom": -1, "wissel_uit": -1, "grens_uit": -1, "stand_eind": -1}
        sums: dict[Hashable, Equation] = defaultdict(list)
        for row in self.rows[balance]:
            series, month = tuple(row[k] for k in SERIES), row["maand"]
            yield [(sign, self.cell(balance, what, row)) for what, sign in signs.items()]
            following = {**row, "maand": next_month(month)}  # type: ignore[arg-type]
            if self.cell(balance, "stand_begin", following) in self.known:
                yield [(1, self.cell(balance, "stand_eind", row)), (-1, self.cell(balance, "stand_begin", following))]
            for what in ("instroom", "uitstroom", "stand_eind"):
                sums["balans", what, series, month].append((-1, self.cell(balance, what, row)))
            region = (row["regio"], row["domein"], row["perimeter"], row["basis"], month)
            sums["wissels", region] += [
                (1, self.cell(balance, "wissel_in", row)),
                (-1, self.cell(balance, "wissel_uit", row)),
            ]
        for mart, measure, what in (
            ("mart_instroom", "aantal", "instroom"),
            ("mart_uitstroom", "aantal", "uitstroom"),
            ("mart_bezetting", "stand_eind", "stand_eind"),
        ):
            for row in self.rows[mart]:
                sums["balans", what, tuple(row[k] for k in SERIES), row["maand"]].append(
                    (1, self.cell(mart, measure, row))
                )
        for mart in (*FLOWS, *OCCUPANCY):
            for measure in ("aantal",) if mart in FLOWS else ("stand_eind", "clientdagen"):
                for row in self.rows[mart]:
                    rest = tuple(v for k, v in row.items() if k not in ("gemeente_basis", "gemeente_code"))
                    sign = 1 if row["gemeente_basis"] == "herkomst" else -1
                    sums["gelijk", mart, measure, rest].append((sign, self.cell(mart, measure, row)))
        for mart, sign in (("mart_bezetting", 1), ("mart_bezetting_jaar", -1)):
            for row in self.rows[mart]:
                year = row["jaar"] if "jaar" in row else row["maand"].year  # type: ignore[union-attr]
                key = (*(row[k] for k in SERIES), year, row["product_code"], row["leveringsvorm"])
                sums["jaar", key].append((sign, self.cell(mart, "clientdagen", row)))
        # The margins of the matrix of herkomst and verblijf.
        for row in self.rows["mart_herkomst_verblijf"]:
            for side in ("herkomst", "verblijf"):
                at = (side, row[f"{side}_code"], *(row[k] for k in ("regio", "maand", "domein", "perimeter", "basis")))
                sums["matrix personen", at].append((1, self.cell("mart_herkomst_verblijf", "personen", row)))
                sums["matrix clientdagen", at].append((1, self.cell("mart_herkomst_verblijf", "clientdagen", row)))
        for mart, measure, what in (
            (balance, "stand_eind", "matrix personen"),
            ("mart_bezetting", "clientdagen", "matrix clientdagen"),
        ):
            for row in self.rows[mart]:
                where = (row["gemeente_basis"], row["gemeente_code"])
                at = (*where, *(row[k] for k in ("regio", "maand", "domein", "perimeter", "basis")))
                sums[what, at].append((-1, self.cell(mart, measure, row)))
        # Per product under herkomst, where nobody changes gemeente: stand begin + in − out = stand eind.
        months = sorted({row["maand"] for row in self.rows[balance]})  # type: ignore[type-var]
        for mart, measure, column, sign in (
            ("mart_bezetting", "stand_eind", "product_code", -1),
            ("mart_instroom", "aantal", "product_code", 1),
            ("mart_uitstroom", "aantal", "product_code", -1),
            *((switch, "aantal", "naar_product", 1) for switch in SWITCHES),
            *((switch, "aantal", "van_product", -1) for switch in SWITCHES),
        ):
            for row in self.rows[mart]:
                if row["gemeente_basis"] == "herkomst":
                    series = tuple(row[k] for k in SERIES)
                    term = self.cell(mart, measure, row)
                    sums["product", series, row["maand"], row[column]].append((sign, term))
                    if mart == "mart_bezetting" and row["maand"] != months[-1]:
                        later = next_month(row["maand"])  # type: ignore[arg-type]
                        sums["product", series, later, row[column]].append((1, term))
        yield from sums.values()

    def likely(self) -> Iterator[Equation]:
        """Relations that nearly always hold; an attacker cannot be sure, the publication takes them for known."""
        for mart in (*FLOWS, *OCCUPANCY):
            for measure in ("aantal",) if mart in FLOWS else COUNTS:
                for row in self.rows[mart]:
                    twins = [{**row, "perimeter": "B"}] if row["perimeter"] == "A" else []
                    if row.get("leveringsvorm") == "PGB" and row["basis"] == "levering":
                        twins.append({**row, "basis": "toewijzing"})
                    for twin in twins:
                        if self.cell(mart, measure, twin) in self.known:
                            yield [(1, self.cell(mart, measure, row)), (-1, self.cell(mart, measure, twin))]
        last = {}
        for row in self.rows["mart_stroombalans"]:
            month = row["maand"]
            last[month.year] = max(last.get(month.year, month), month)  # type: ignore[union-attr,type-var]
        for row in self.rows["mart_bezetting_jaar"]:
            twin = {**{k: v for k, v in row.items() if k != "jaar"}, "maand": last[row["jaar"]]}
            if self.cell("mart_bezetting", "stand_eind", twin) in self.known:
                yield [
                    (1, self.cell("mart_bezetting_jaar", "stand_eind", row)),
                    (-1, self.cell("mart_bezetting", "stand_eind", twin)),
                ]

    def equations(self, truth: Attacker) -> list[Equation]:
        """What the attacker may calculate with: what is exact, and of the likely relations those that are true."""
        exact = list(self.exact())
        for equation in exact:
            assert sum(sign * truth.known[cell] for sign, cell in equation) == 0, f"not a relation: {equation}"
        likely = [e for e in self.likely() if sum(sign * truth.known[cell] for sign, cell in e) == 0]
        return exact + likely

    # --- calculating ------------------------------------------------------------------------------------------------

    def by_elimination(self, equations: list[Equation]) -> dict[Cell, Fraction]:
        """Figures that follow from the equations alone: exact reduction to echelon form."""
        pivots: dict[Cell, dict[Cell | None, Fraction]] = {}
        for equation in equations:
            row: dict[Cell | None, Fraction] = defaultdict(Fraction)
            for sign, cell in equation:
                if np.isnan(self.known[cell]):
                    row[cell] += sign
                else:
                    row[None] += sign * Fraction(self.known[cell])
            row = {cell: factor for cell, factor in row.items() if factor}
            while True:
                cell = next((c for c in row if c in pivots), None)
                if cell is None:
                    break
                factor = row[cell]
                for other, coefficient in pivots[cell].items():
                    row[other] = row.get(other, Fraction(0)) - factor * coefficient
                row = {c: f for c, f in row.items() if f}
            chosen = next((c for c in row if c is not None), None)
            if chosen is None:
                assert not row, "the published figures contradict each other"
                continue
            row = {c: f / row[chosen] for c, f in row.items()}
            for other in pivots.values():
                if chosen in other:
                    factor = other[chosen]
                    for c, f in row.items():
                        other[c] = other.get(c, Fraction(0)) - factor * f
                        if not other[c]:
                            del other[c]
            pivots[chosen] = row
        return {c: -row.get(None, Fraction(0)) for c, row in pivots.items() if set(row) <= {c, None}}

    def by_bounds(
        self, equations: list[Equation], truth: Attacker, width: float = 1.0
    ) -> dict[Cell, tuple[float, float]]:
        """Figures whose range is narrower than `width` when every left-out figure counts at least one person."""
        unknown = self.unknown
        place = {cell: i for i, cell in enumerate(unknown)}
        rows, columns, signs, totals = [], [], [], []
        for number, equation in enumerate(equations):
            totals.append(0.0)
            for sign, cell in equation:
                if cell in place:
                    rows.append(number)
                    columns.append(place[cell])
                    signs.append(sign)
                else:
                    totals[-1] -= sign * self.known[cell]
        if not rows:
            return {}
        matrix = sparse.csr_matrix((signs, (rows, columns)), shape=(len(equations), len(unknown)))
        used = np.diff(matrix.indptr) > 0
        matrix, total = matrix[used], np.array(totals)[used]
        inside = np.diff(sparse.csc_matrix(matrix).indptr) > 0
        real = np.array([truth.known[cell] for cell in unknown])
        low, high = real.copy(), real.copy()
        low[~inside], high[~inside] = 1.0, np.inf
        box = np.column_stack([np.ones(len(unknown)), real + 10])  # an attacker's range is at least this part of it

        def extreme(goal: np.ndarray) -> None:
            answer = linprog(goal, A_eq=matrix, b_eq=total, bounds=box, method="highs")
            assert answer.status == 0, answer.message
            np.minimum(low, answer.x, out=low)
            np.maximum(high, answer.x, out=high)

        rng = np.random.default_rng(3)
        for _ in range(6):
            goal = rng.standard_normal(len(unknown))
            extreme(goal)
            extreme(-goal)
        for i in np.flatnonzero(high - low < width - 1e-6):
            if high[i] - low[i] < width - 1e-6:
                goal = np.zeros(len(unknown))
                goal[i] = 1
                extreme(goal)
                extreme(-goal)
        narrow = np.flatnonzero(high - low < width - 1e-6)
        return {unknown[i]: (low[i], high[i]) for i in narrow}
