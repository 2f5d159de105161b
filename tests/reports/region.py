"""What stands in `publicatie` and `regiopagina` for the pages of two regions: one small, one with everything on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import psycopg

from reports.regiopagina import APART, FROM, TO

SCENARIO = "scenario text, regio text, omschrijving text, laatste_jaar integer"
TABLES = {
    "dim_gemeente": "gemeente_code text, naam text",
    "dim_scenario": SCENARIO,
    "mart_regio_jaar": "regio text, jaar integer, domein text, perimeter text, basis text, stand_begin integer, "
    "instroom integer, uitstroom integer, stand_eind integer, unieke_clienten integer, tot_en_met date, "
    "bijgewerkt_tot date",
    "mart_stroom_jaar": "regio text, jaar integer, domein text, perimeter text, basis text, richting text, soort text, "
    "aantal integer",
    "mart_wachtlijst_jaar": "regio text, jaar integer, wachtend_begin integer, instroom integer, geplaatst integer, "
    "uitgevallen integer, wachtend_eind integer, tot_en_met date",
    "mart_gemeente_jaar": "regio text, gemeente_basis text, gemeente_code text, jaar integer, domein text, "
    "perimeter text, basis text, instroom integer, stand_eind integer, tot_en_met date",
    "mart_herkomst_verblijf_jaar": "regio text, jaar integer, domein text, perimeter text, basis text, "
    "herkomst_code text, verblijf_code text, personen integer",
    "mart_verdeelmodel": "scenario text, jaar integer, gemeente_code text, regio text, bedrag numeric, "
    "verschil_historisch numeric, verschil_eigen_kosten numeric, inwoners integer",
}


def schema_of(table: str) -> str:
    """The totals of a regio stand apart."""
    return "regiopagina" if table in APART else "publicatie"


GEMEENTEN = {
    "GM0505": "Dordrecht",
    "GM0642": "Zwijndrecht",
    "GM0512": "Gorinchem",
    "GM0590": "Papendrecht",
    "GM0482": "Alblasserdam",
    "GM0610": "Sliedrecht",
    "GM1961": "Vijfheerenlanden",
    "GM0531": "Hendrik-Ido-Ambacht",
    "GM1978": "Molenlanden",
    "GM0523": "Hardinxveld-Giessendam",
}


def fill(connection: psycopg.Connection) -> None:
    """Make both schemas, with some figures left out."""
    december, januari = date(2020, 12, 1), date(2021, 1, 1)
    connection.execute("create schema publicatie; create schema regiopagina")
    for name, columns in TABLES.items():
        connection.execute(f"create table {schema_of(name)}.{name} ({columns})".encode())

    def put(table: str, *rows: tuple[object, ...]) -> None:
        for row in rows:
            connection.execute(
                f"insert into {schema_of(table)}.{table} values ({', '.join(['%s'] * len(row))})".encode(), row
            )

    put("dim_gemeente", ("GM0202", "Arnhem"), ("GM0274", "Renkum <1>"))
    put("dim_scenario", ("cg_verblijf_10", "CG", "Naar verblijf", 2031))
    put(
        "mart_regio_jaar",
        ("CG", 2019, "BW", "A", "levering", 900, 98761, 110, 1013, 1100, date(2019, 12, 1), januari),
        ("CG", 2020, "BW", "A", "levering", 1013, 123, None, 1014, 1101, december, januari),
        ("CG", 2020, "MO", "-", "levering", 0, 67, 67, 0, 60, december, januari),
    )
    put(
        "mart_stroom_jaar",
        ("CG", 2020, "BW", "A", "levering", "in", "nieuw", 97),
        ("CG", 2020, "BW", "A", "levering", "uit", "gewenst", None),
    )
    put(
        "mart_gemeente_jaar",
        ("CG", "herkomst", "GM0202", 2020, "BW", "A", "levering", 90, 261, december),
        ("CG", "herkomst", "GM0274", 2020, "BW", "A", "levering", 7, None, december),
        ("CG", "verblijf", "GM0202", 2020, "BW", "A", "levering", 80, 640, december),
        ("CG", "verblijf", "GM0274", 2020, "BW", "A", "levering", 17, None, december),
        ("CG", "herkomst", "GM0202", 2020, "MO", "-", "levering", 56, 0, december),
        ("CG", "herkomst", "GM0274", 2020, "MO", "-", "levering", None, 0, december),
        ("CG", "herkomst", "ONBEKEND", 2020, "MO", "-", "levering", None, 0, december),
    )
    put(
        "mart_herkomst_verblijf_jaar",
        ("CG", 2020, "BW", "A", "levering", "GM0202", "GM0202", 232),
        ("CG", 2020, "BW", "A", "levering", "GM0202", "GM0274", 29),
        ("CG", 2020, "BW", "A", "levering", "GM0274", "GM0202", None),
    )
    put(
        "mart_verdeelmodel",
        ("cg_verblijf_10", 2031, "GM0202", "CG", 9_000_000, -3_398_000, None, 162420),
        ("cg_verblijf_10", 2031, "GM0274", "CG", None, None, None, 31420),
    )
    _fill_all(put, december, januari)


def _fill_all(put: Callable[..., None], december: date, januari: date) -> None:
    """Every picture of a page, with more gemeenten than fit beside each other on a phone."""
    put("dim_gemeente", *GEMEENTEN.items())
    put("dim_scenario", ("dav_verblijf_10", "DAV", "Geschiedenis naar verblijf; in 10 jaar naar inwoners", 2031))
    place = {"BW": "A", "MO": "-", "VO": "-"}
    for number, (domain, perimeter) in enumerate(place.items(), start=1):
        at = (domain, perimeter, "levering")
        for year in range(2015, 2022):
            until = januari if year == 2021 else date(year, 12, 1)
            stand = 440 // number + year % 3
            put(
                "mart_regio_jaar",
                ("DAV", year, *at, stand, 70, None if year == 2018 else 68, stand, 520, until, januari),
            )
        for side, names in (("in", FROM), ("uit", TO)):
            put(
                "mart_stroom_jaar",
                *(("DAV", 2020, *at, side, kind, 40 - 7 * i if i < 5 else None) for i, kind in enumerate(names)),
            )
        for i, code in enumerate([*GEMEENTEN, "BUITEN_REGIO"]):
            for side in ("herkomst", "verblijf"):
                stand = None if i == 10 else 170 // (i + 1)
                put("mart_gemeente_jaar", ("DAV", side, code, 2020, *at, 60 // (i + 1) or None, stand, december))
    cells = [
        ("DAV", 2020, "BW", "A", "levering", one, other, n if (n := 77 // (i + 1) // (j + 1)) > 4 else None)
        for i, one in enumerate(GEMEENTEN)
        for j, other in enumerate(GEMEENTEN)
        if (i + j) % 5
    ]
    put("mart_herkomst_verblijf_jaar", *cells)
    for year in range(2015, 2021):
        put("mart_wachtlijst_jaar", ("DAV", year, 18, 71, 61, None, 15 + year % 4, date(year, 12, 1)))
    put(
        "mart_verdeelmodel",
        *(
            ("dav_verblijf_10", 2031, code, "DAV", 2_000_000, 900_000 - 300_000 * i, None, 44_770)
            for i, code in enumerate(GEMEENTEN)
        ),
    )
