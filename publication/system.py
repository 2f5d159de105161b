"""The cells of all marts as unknowns, the relations between them as equations: what an attacker can calculate with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from publication.declarations import Mart, Relation, Term


class DeclarationError(Exception):
    """A mart does not have the columns its declaration names, or has cells that cannot be judged."""


@dataclass
class System:
    """All figures of all marts in one vector, with the equations that hold between them.

    Cell `first[mart] + i_measure * rows[mart] + i_row` is a measure in a row. `value` holds the figures (NaN for
    NULL, which is nothing to protect), `equations` the relations that hold (one per row, homogeneous: their sum is
    0), `source` the position in the list of relations each row comes from. Cells known to be 0 to everyone are left
    out of the equations.
    """

    marts: tuple[Mart, ...]
    first: dict[str, int]
    rows: dict[str, int]
    value: np.ndarray
    persons: np.ndarray
    equations: sparse.csr_matrix
    source: np.ndarray
    broken: dict[str, int]
    keep: np.ndarray

    def cells(self, mart: Mart, measure: str) -> slice:
        """Where the cells of one measure stand in the vector, one per row of the mart."""
        position = [m.name for m in mart.measures].index(measure)
        start = self.first[mart.name] + position * self.rows[mart.name]
        return slice(start, start + self.rows[mart.name])

    def row_mates(self) -> tuple[np.ndarray, np.ndarray]:
        """Per cell: the first cell of its group, and how many are in that (1 where each stands alone)."""
        begin = np.arange(len(self.value))
        number = np.ones(len(self.value), dtype=np.int64)
        for mart in self.marts:
            for group in mart.groups:
                lead = self.cells(mart, group[0])
                for measure in group:
                    here = self.cells(mart, measure)
                    begin[here] = np.arange(lead.start, lead.stop)
                    number[here] = len(group)
        return begin, number


def _key_codes(columns: Sequence[np.ndarray]) -> np.ndarray:
    """One integer per row that is equal exactly where all columns are equal."""
    code = np.zeros(len(columns[0]) if columns else 0, dtype=np.int64)
    size = 1
    for column in columns:
        local, uniques = pd.factorize(column)
        if size * max(len(uniques), 1) >= 2**62:
            code, again = pd.factorize(code)
            size = len(again)
        code = code * max(len(uniques), 1) + local
        size *= max(len(uniques), 1)
    return pd.factorize(code)[0]


class _Keys:
    """The key columns of all marts as integers from one shared dictionary, so that equal texts are equal numbers."""

    def __init__(self, marts: Mapping[str, pd.DataFrame]) -> None:
        self.marts = marts
        self.code: dict[object, int] = {}
        self.columns: dict[tuple[str, str], np.ndarray] = {}

    def column(self, mart: str, name: str) -> np.ndarray:
        if (mart, name) not in self.columns:
            values = self.marts[mart][name]
            if name in ("maand", "jaar", "cohortmaand", "cohortjaar"):
                self.columns[mart, name] = values.to_numpy(dtype=np.int64)
            else:
                local, uniques = pd.factorize(values)
                mapped = np.array([self.code.setdefault(str(u), len(self.code)) for u in uniques], dtype=np.int64)
                self.columns[mart, name] = mapped[local] if len(mapped) else np.zeros(0, dtype=np.int64)
        return self.columns[mart, name]

    def where(self, term: Term) -> np.ndarray:
        chosen = np.ones(len(self.marts[term.mart]), dtype=bool)
        for name, wanted in term.where.items():
            chosen &= self.column(term.mart, name) == self.code.setdefault(wanted, len(self.code))
        if term.having is not None:
            chosen &= term.having(self.marts[term.mart], self.marts)
        return np.flatnonzero(chosen)

    def key(self, term: Term, name: str, rows: np.ndarray) -> np.ndarray:
        values = self.column(term.mart, term.rename.get(name, name))[rows]
        return values + {"maand": term.months_later, "jaar": term.years_later}.get(name, 0)


def month_number(months: pd.Series) -> pd.Series:
    """Months as successive integers."""
    moments = pd.to_datetime(months)
    return (moments.dt.year * 12 + moments.dt.month - 1).astype(np.int64)


def prepared(marts: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The marts with months as integers and, beside them, the year they lie in; and beside ages their class."""
    found = {}
    for name, frame in marts.items():
        found[name] = frame
        if "maand" in frame.columns:
            month = month_number(frame["maand"])
            found[name] = frame.assign(maand=month, jaar=month // 12)
        if "cohortmaand" in frame.columns:
            month = month_number(frame["cohortmaand"])
            found[name] = frame.assign(cohortmaand=month, cohortjaar=month // 12)
        if "leeftijd" in frame.columns:
            found[name] = frame.assign(leeftijdsklasse=age_class(frame["leeftijd"]))
    return found


def age_class(ages: pd.Series) -> pd.Series:
    """The class of ages in whole years (Q-22); without an age `onbekend`."""
    classes = pd.cut(pd.to_numeric(ages, errors="coerce"), [-1, 17, 22, 29, 49, 64, 999])
    names = ["0-17", "18-22", "23-29", "30-49", "50-64", "65+"]
    return classes.cat.rename_categories(names).astype(object).fillna("onbekend")


def build(marts: Mapping[str, pd.DataFrame], declared: Sequence[Mart], relations: Sequence[Relation]) -> System:
    """Number the cells of the marts and set up every equation between them that holds.

    `marts` holds one row per row of the mart, with its key columns and measures. Relations on a mart that is not
    there are left out. `System.broken` counts per exact relation the instances that do not hold: a defect in the
    marts, which the publication survives, as an equation that does not hold gives nothing away.
    """
    here = tuple(mart for mart in declared if mart.name in marts)
    frames = prepared({mart.name: marts[mart.name] for mart in here})
    first: dict[str, int] = {}
    rows = {mart.name: len(frames[mart.name]) for mart in here}
    values: list[np.ndarray] = []
    persons: list[np.ndarray] = []
    size = 0
    for mart in here:
        first[mart.name] = size
        for measure in mart.measures:
            values.append(pd.to_numeric(frames[mart.name][measure.name]).to_numpy(dtype=np.float64))
            persons.append(pd.to_numeric(frames[mart.name][measure.persons or measure.name]).to_numpy(dtype=np.float64))
            size += rows[mart.name]
    value = np.concatenate(values) if values else np.zeros(0)
    system = System(
        here,
        first,
        rows,
        value,
        np.concatenate(persons) if persons else np.zeros(0),
        sparse.csr_matrix((0, size)),
        np.zeros(0, dtype=np.int64),
        {},
        np.concatenate([np.full(rows[mart.name] * len(mart.measures), mart.keep) for mart in here] or [np.zeros(0)]),
    )
    counts = np.where(np.isnan(value), 0.0, value)
    hidable = counts != 0  # a 0 rests on nobody: it is always published, or plain from the row that is not there
    keys = _Keys(frames)
    by_name = {mart.name: mart for mart in here}
    blocks, sources = [], []
    for position, relation in enumerate(relations):
        if any(term.mart not in by_name for term in relation.terms):
            continue
        block = _equations(system, relation, keys, by_name, counts)
        if block is None:
            continue
        holds = np.abs(block @ counts) < 0.5
        if relation.exact and not holds.all():
            system.broken[relation.name] = int((~holds).sum())
        block = block[holds] @ sparse.diags(hidable.astype(np.float64))
        block.eliminate_zeros()
        block = block[np.diff(block.indptr) > 0]
        blocks.append(block)
        sources.append(np.full(block.shape[0], position))
    if blocks:
        system.equations = sparse.csr_matrix(sparse.vstack(blocks))
        system.equations.sort_indices()
        system.source = np.concatenate(sources)
    return system


def _equations(
    system: System, relation: Relation, keys: _Keys, marts: Mapping[str, Mart], counts: np.ndarray
) -> sparse.csr_matrix | None:
    """All instances of one relation, one row each, whether they hold or not."""
    chosen = [keys.where(term) for term in relation.terms]
    total = sum(len(rows) for rows in chosen)
    if total == 0:
        return None
    columns = [
        np.concatenate([keys.key(term, name, rows) for term, rows in zip(relation.terms, chosen, strict=True)])
        for name in relation.per
    ]
    equation = _key_codes(columns)
    cell = np.concatenate(
        [
            np.arange(system.first[term.mart], system.first[term.mart] + system.rows[term.mart])[rows]
            + [m.name for m in marts[term.mart].measures].index(term.measure) * system.rows[term.mart]
            for term, rows in zip(relation.terms, chosen, strict=True)
        ]
    )
    sign = np.concatenate(
        [np.full(len(rows), term.sign, dtype=np.float64) for term, rows in zip(relation.terms, chosen, strict=True)]
    )
    block = sparse.csr_matrix((sign, (equation, cell)), shape=(int(equation.max()) + 1, len(counts)))
    block.sum_duplicates()
    block.eliminate_zeros()
    return block
