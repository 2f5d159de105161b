"""How much of what `publicatie` leaves out can be calculated by who also has the pages of the regions.

    python -m tests.publication.together [--rang]

Measures on the warehouse of the settings, after a publication. A page is protected in itself, and so is `publicatie`;
the two are not protected against each other (docs/decisions.md). How they add up stands here, as a reader of both would
write it down. Without `--rang` the bounds alone are asked: a row that is there counts at least one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import psycopg
from psycopg import sql
from scipy import sparse

from doorstroom.warehouse import connect
from publication.declarations import MARTS, REGION_YEAR, RELATIONS, Mart, Relation, Term
from publication.protect import Unknowns, bounds, can_be_hidden, primary_cells, solve
from publication.publish import PAGES, SOURCE, TARGET
from publication.system import System, build

Rows = Callable[[pd.DataFrame, Mapping[str, pd.DataFrame]], np.ndarray]
BALANCE = "mart_stroombalans"
BY_ORIGIN = {"gemeente_basis": "herkomst"}
IN = ("MO", "BW_andere_regio", "terug", "nieuw", "eerder_bekend", "onbekend_links")
OUT = ("BW", "ander_domein", "elders", "gewenst", "ongewenst", "apart", "kwaliteit", "neutraal")


def edge(which: str) -> Rows:
    """Rows of the first or last month of their year."""

    def chosen(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
        return (frame["maand"] == frame.groupby("jaar")["maand"].transform(which)).to_numpy()

    return chosen


def inflow(kind: str) -> Rows:
    """Rows of mart_instroom that the page counts as this kind."""

    def chosen(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
        back = frame["instroomtype"].isin(("herinstroom", "terugkeer"))
        found = frame["instroomtype"].mask(back, "terug")
        return (found.mask(frame["route"].isin(IN[:2]), frame["route"]) == kind).to_numpy()

    return chosen


def outflow(kind: str) -> Rows:
    """Rows of mart_uitstroom that the page counts as this kind."""

    def chosen(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
        to = frame["bestemming"]
        found = frame["bestemmingsgroep"].mask(to.isin(("U20", "U21", "U22")), "elders")
        found = found.mask(to.isin(("U10", "U11", "U12", "U10_of_U12")), "ander_domein").mask(to == "U08", "BW")
        return (found == kind).to_numpy()

    return chosen


def between() -> list[Relation]:
    """How the figures of a page are made of figures that stand in `publicatie`, or would if they were not left out."""
    found = []
    for measure, rows in (
        ("instroom", None),
        ("uitstroom", None),
        ("stand_begin", edge("min")),
        ("stand_eind", edge("max")),
    ):
        months = Term(BALANCE, measure, -1, where=BY_ORIGIN, having=rows)
        found.append(Relation(f"jaar: {measure}", REGION_YEAR, (Term("mart_regio_jaar", measure, 1), months)))
    for measure, rows in (("instroom", None), ("stand_eind", edge("max"))):
        found.append(
            Relation(
                f"gemeente: {measure}",
                (*REGION_YEAR, "gemeente_basis", "gemeente_code"),
                (Term("mart_gemeente_jaar", measure, 1), Term(BALANCE, measure, -1, having=rows)),
            )
        )
    found.append(
        Relation(
            "matrix",
            (*REGION_YEAR, "herkomst_code", "verblijf_code"),
            (
                Term("mart_herkomst_verblijf_jaar", "personen", 1),
                Term("mart_herkomst_verblijf", "personen", -1, having=edge("max")),
            ),
        )
    )
    found.append(
        Relation(
            "jaar: leeftijden",
            REGION_YEAR,
            (Term("mart_regio_jaar", "unieke_clienten", 1), Term("mart_leeftijd_jaar", "unieke_clienten", -1)),
        )
    )
    for direction, mart, kinds, rows_of in (
        ("in", "mart_instroom", IN, inflow),
        ("uit", "mart_uitstroom", OUT, outflow),
    ):
        for kind in kinds:
            total = Term("mart_stroom_jaar", "aantal", 1, where={"richting": direction, "soort": kind})
            parts = Term(mart, "aantal", -1, where=BY_ORIGIN, having=rows_of(kind))
            found.append(Relation(f"stroom: {direction} {kind}", REGION_YEAR, (total, parts)))
    for measure, rows in (
        ("instroom", None),
        ("geplaatst", None),
        ("uitgevallen", None),
        ("wachtend_begin", edge("min")),
        ("wachtend_eind", edge("max")),
    ):
        months = Term("mart_wachtlijst", measure, -1, having=rows)
        found.append(
            Relation(f"wachtlijst: {measure}", ("regio", "jaar"), (Term("mart_wachtlijst_jaar", measure, 1), months))
        )
    return found


def on_the_page(mart: Mart, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Which rows of a measure a page shows: what is delivered, of the matrix the last year, of the streams the last."""
    everything = np.ones(len(frame), dtype=bool)
    if mart.name == "mart_wachtlijst_jaar":
        return {measure.name: everything for measure in mart.measures}
    here = ((frame["basis"] == "levering") & (frame["perimeter"] != "B")).to_numpy()
    last = (frame["jaar"] == frame["jaar"].max()).to_numpy()
    whole = (frame["jaar"] == frame["jaar"].max() - 1).to_numpy()
    shelter = (frame["domein"] != "BW").to_numpy()
    if mart.name == "mart_stroom_jaar":
        return {"aantal": here & whole}
    if mart.name == "mart_gemeente_jaar":
        origin = (frame["gemeente_basis"] == "herkomst").to_numpy()
        return {"instroom": here & whole & shelter & origin, "stand_eind": here & last & ~shelter}
    if mart.name == "mart_herkomst_verblijf_jaar":
        return {"personen": here & last & ~shelter}
    return {measure.name: here for measure in mart.measures}


def read(connection: psycopg.Connection, mart: Mart) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of a mart and, in the same order, which of its measures are left out where it is published."""
    keys = sql.SQL(", ").join(map(sql.Identifier, mart.keys))
    measures = sql.SQL(", ").join(sql.SQL("{}::float8").format(sql.Identifier(m.name)) for m in mart.measures)
    frames = []
    for schema in (SOURCE, PAGES if mart.apart else TARGET):
        table = sql.Identifier(schema, mart.name)
        cursor = connection.execute(sql.SQL("select {}, {} from {} order by {}").format(keys, measures, table, keys))
        frame = pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or []])
        frames.append(frame.astype({key: str for key in mart.keys if key not in ("jaar", "cohortjaar")}))
    exact, published = frames
    assert exact[[*mart.keys]].equals(published[[*mart.keys]]), f"{mart.name} is not published as it is"
    return exact, published[[measure.name for measure in mart.measures]].isna()


def calculated(system: System, hidden: np.ndarray, *, rank: bool) -> np.ndarray:
    """The left-out cells that have one possible value only."""
    unknowns = Unknowns(system)
    known = np.zeros(unknowns.equations.shape[1], dtype=bool)
    known[unknowns.of_cell[~hidden & can_be_hidden(system)]] = True
    open_ = np.unique(unknowns.of_cell[hidden])
    open_ = open_[~known[open_]]
    value = np.zeros(len(known))
    value[unknowns.of_cell] = np.nan_to_num(system.value)
    rows = np.flatnonzero(np.diff(sparse.csr_matrix(unknowns.equations[:, open_]).indptr))
    part = unknowns.equations[rows]
    matrix = sparse.csr_matrix(part[:, open_])
    value[open_] = 0
    low, high = bounds(matrix.astype(np.float64), -(part @ value), np.ones(len(open_)))
    one_value = np.zeros(len(known), dtype=bool)
    one_value[open_[high - low < 0.5]] = True
    if rank:
        one_value[open_[solve(matrix, unknowns.value[open_] <= 1).fixed()]] = True
    return hidden & (one_value | known)[unknowns.of_cell]


def measure(connection: psycopg.Connection, *, rank: bool = False) -> dict[str, int]:
    """Count what is left out, and what of it can be calculated from `publicatie` alone and with the pages."""
    present = {
        name for (name,) in connection.execute("select tablename from pg_tables where schemaname = %s", [SOURCE])
    }
    marts = [mart for mart in MARTS if mart.name in present and mart.measures and mart.rests_on is None]
    frames, left_out = {}, {}
    for mart in marts:
        frames[mart.name], left_out[mart.name] = read(connection, mart)
    system = build(frames, marts, [*RELATIONS, *between()])
    hidden = np.zeros(len(system.value), dtype=bool)
    page = hidden.copy()
    for mart in marts:
        shown = on_the_page(mart, frames[mart.name]) if mart.apart else {}
        for one in mart.measures:
            cells = system.cells(mart, one.name)
            hidden[cells] = left_out[mart.name][one.name]
            if mart.apart:
                page[cells] = True
                hidden[cells] |= ~shown[one.name]
    there = can_be_hidden(system)
    alone = calculated(system, (hidden | page) & there, rank=rank)
    together = calculated(system, hidden & there, rank=rank)
    small = primary_cells(system) & ~page
    return {
        "figures on the pages": int((page & there & ~hidden).sum()),
        "left out of publicatie": int((hidden & there & ~page).sum()),
        "left out of publicatie, on 1 to 4 persons": int((hidden & small).sum()),
        "calculated from publicatie alone": int((alone & ~page).sum()),
        "calculated with the pages": int((together & ~page).sum()),
        "calculated with the pages, on 1 to 4 persons": int((together & small).sum()),
        "calculated with the pages, on exactly 1 person": int((together & small & (system.persons == 1)).sum()),
    }


if __name__ == "__main__":
    with connect() as warehouse:
        for what, number in measure(warehouse, rank="--rang" in sys.argv).items():
            sys.stdout.write(f"{number:>10,}  {what}\n")
