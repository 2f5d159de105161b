"""The page of a region for who decides there: stand and flows, the chain, the waiting list, herkomst, verdeelmodel.

The totals of the region on it are protected among themselves, in a schema of their own: between the many small cells
of `publicatie` they could not be shown. The rest comes from `publicatie`, and what is left out there is left out here.
Plain HTML in one file, without anything from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from markupsafe import Markup
from psycopg.rows import dict_row

from doorstroom.settings import Settings
from doorstroom.warehouse import connect
from publication.declarations import MARTS
from publication.publish import PAGES, TARGET
from reports import charts, pictures
from reports.charts import Series
from reports.figures import REGIONS
from reports.page import FOLDER, MONTHS, Column, Figure, Table, render, write
from reports.pictures import LEFT_OUT, Stream

DOMAINS = {"BW": "Beschermd wonen", "MO": "Maatschappelijke opvang", "VO": "Vrouwenopvang"}
FROM = {
    "nieuw": "Nieuw",
    "eerder_bekend": "Eerder bekend",
    "terug": "Terug",
    "MO": "Uit opvang",
    "BW_andere_regio": "Andere regio",
    "onbekend_links": "Niet bekend",
}
TO = {
    "gewenst": "Zelfstandig",
    "BW": "Beschermd wonen",
    "ander_domein": "Wlz, kliniek",
    "elders": "Elders",
    "ongewenst": "Ongewenst",
    "neutraal": "Anders",
    "apart": "Overleden",
    "kwaliteit": "Niet bekend",
}
PSEUDO = {"BUITEN_REGIO": "Buiten de regio", "NIET_INGESCHREVEN": "Niet ingeschreven", "ONBEKEND": "Onbekend"}
#: The scenario drawn; all are in the table.
DRAWN = "verblijf_10"

Row = dict[str, Any]

APART = {mart.name for mart in MARTS if mart.apart}


def write_region_pages(folder: Path | None = None) -> list[Path]:
    """Write the page of every region from what is published now, and return their paths.

    Default folder: `rapporten/regio` in the state folder. A region without published figures gets a page saying so.
    """
    folder = folder or Settings.from_env().state / "rapporten" / "regio"
    with connect() as connection:
        return [
            write(folder / f"{code}.html", render("regiopagina.html.j2", region_page(connection, code)))
            for code in REGIONS
        ]


def region_page(connection: psycopg.Connection, regio: str) -> dict[str, Any]:
    """Return what fills `regiopagina.html.j2` for one region."""
    found = Published(connection)
    years = found.rows(
        "mart_regio_jaar", "regio = %s and basis = 'levering' and perimeter in ('A', '-') order by jaar", regio
    )
    whole = [row for row in years if row["tot_en_met"].month == 12]
    chain_year = max((row["jaar"] for row in whole), default=None)
    return {
        "titel": f"Doorstroom in {REGIONS[regio]}",
        "datum": None,
        "regiostijl": Markup((FOLDER / "theme" / "regio.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        "bijgewerkt": min((row["bijgewerkt_tot"] for row in years if row["bijgewerkt_tot"]), default=None),
        "tegels": _tiles(years, whole),
        "lopend": _running(years),
        "standen": [figure for domain in DOMAINS for figure in _stands(years, domain)],
        "ketenjaar": chain_year,
        "ketens": _chains(found, regio, chain_year) if chain_year else [],
        "wachtlijst": _waiting(found, regio),
        **_origin(found, regio),
        "verdeelmodel": _shares(found, regio),
    }


class Published:
    """What stands in schema `publicatie`, and the totals of the region that are protected for this page."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.tables = set(
            connection.execute(
                "select schemaname, tablename from pg_tables where schemaname in (%s, %s)", [TARGET, PAGES]
            ).fetchall()
        )
        self.names = {row["gemeente_code"]: row["naam"] for row in self.rows("dim_gemeente", "true")}

    def rows(self, table: str, where: str, *values: Any) -> list[Row]:
        """Return the rows of a published table that meet a condition; none when it is not published."""
        schema = PAGES if table in APART else TARGET
        if (schema, table) not in self.tables:
            return []
        query = f"select * from {schema}.{table} where {where}"  # noqa: S608 - no text of anybody else
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), values).fetchall()

    def name(self, code: str) -> str:
        """Return the name of a gemeente or pseudo-code."""
        return PSEUDO.get(code) or self.names.get(code, code)


def _tiles(years: list[Row], whole: list[Row]) -> list[dict[str, Any]]:
    tiles = []
    for domain, name in DOMAINS.items():
        rows = [row for row in years if row["domein"] == domain]
        if rows:
            last = rows[-1]
            tiles.append(
                {
                    "naam": name,
                    "waarde": _or_left_out(last["stand_eind"]),
                    "uitleg": f"eind {_month(last['tot_en_met'])}",
                }
            )
    flows = [row for row in whole if row["domein"] == "BW"]
    if flows:
        last = flows[-1]
        for measure, name in (("instroom", "Instroom beschermd wonen"), ("uitstroom", "Uitstroom beschermd wonen")):
            tiles.append({"naam": name, "waarde": _or_left_out(last[measure]), "uitleg": f"in {last['jaar']}"})
    return tiles


def _running(years: list[Row]) -> str:
    last = max((row["tot_en_met"] for row in years), default=None)
    if last is None or last.month == 12:
        return ""
    return f"Van {last.year} telt alleen tot en met {MONTHS[last.month - 1]}."


def _stands(years: list[Row], domain: str) -> list[Figure]:
    rows = [row for row in years if row["domein"] == domain]
    if not rows:
        return []
    name = DOMAINS[domain]
    # Who was there when the data begin counts as instroom of that first year, and would dwarf the others.
    whole = [row for row in rows[1:] if row["tot_en_met"].month == 12]
    labels = [str(row["jaar"]) for row in rows]
    found = [
        Figure(
            f"{name}: stand",
            charts.lines(
                f"stand-{domain}",
                f"{name}: cliënten aan het eind van het jaar",
                labels,
                [Series("stand", [row["stand_eind"] for row in rows])],
                bounds=(0, max([row["stand_eind"] or 0 for row in rows] + [10])),
                show=_whole,
            ),
            _table(
                f"{name}: stand en cliënten",
                ("Jaar", "Stand begin", "Stand eind", "Cliënten in het jaar"),
                [
                    [label, *(_or_left_out(row[key]) for key in ("stand_begin", "stand_eind", "unieke_clienten"))]
                    for label, row in zip(labels, rows, strict=True)
                ],
            ),
            remark=_partly(row["stand_eind"] for row in rows),
        )
    ]
    if not any(row["stand_eind"] for row in rows):
        found = []  # nobody on any of those nights: a line along the bottom tells nothing
    if whole:
        found.append(
            Figure(
                f"{name}: in en uit",
                charts.columns(
                    f"stroom-{domain}",
                    f"{name}: instroom en uitstroom per jaar",
                    [str(row["jaar"]) for row in whole],
                    [
                        Series("instroom", [row["instroom"] for row in whole]),
                        Series("uitstroom", [row["uitstroom"] for row in whole]),
                    ],
                    show=_whole,
                ),
                _table(
                    f"{name}: instroom en uitstroom",
                    ("Jaar", "Instroom", "Uitstroom"),
                    [
                        [str(row["jaar"]), _or_left_out(row["instroom"]), _or_left_out(row["uitstroom"])]
                        for row in whole
                    ],
                ),
                remark=_partly(row[key] for row in whole for key in ("instroom", "uitstroom"))
                or f"Zonder {rows[0]['jaar']}: wie er bij het begin van de gegevens al was, telt daarin als instroom.",
            )
        )
    return found


def _chains(found: Published, regio: str, year: int) -> list[Figure]:
    rows = found.rows(
        "mart_stroom_jaar", "regio = %s and jaar = %s and basis = 'levering' and perimeter in ('A', '-')", regio, year
    )
    figures = []
    for domain, name in DOMAINS.items():
        sides = {
            side: [
                Stream(words, row["aantal"])
                for kind, words in names.items()
                for row in rows
                if (row["domein"], row["richting"], row["soort"]) == (domain, side, kind)
            ]
            for side, names in (("in", FROM), ("uit", TO))
        }
        if not any(sides.values()):
            continue
        table = [
            [f"{label}: {stream.name}", _or_left_out(stream.value)]
            for side, label in (("in", "Van"), ("uit", "Naar"))
            for stream in sides[side]
        ]
        figures.append(
            Figure(
                name,
                pictures.flows(
                    f"keten-{domain}", f"{name}: waarvandaan en waarheen in {year}", name, sides["in"], sides["uit"]
                ),
                _table(f"{name} in {year}", ("Stroom", "Aantal"), table),
            )
        )
    return figures


def _waiting(found: Published, regio: str) -> list[Figure]:
    rows = found.rows("mart_wachtlijst_jaar", "regio = %s order by jaar", regio)
    if not rows:
        return []
    labels = [str(row["jaar"]) for row in rows]
    whole = [row for row in rows if row["tot_en_met"].month == 12]
    columns = ("wachtend_begin", "instroom", "geplaatst", "uitgevallen", "wachtend_eind")
    table = _table(
        "Wachtlijst per jaar",
        ("Jaar", "Begin", "Erbij", "Geplaatst", "Uitgevallen", "Eind"),
        [[label, *(_or_left_out(row[name]) for name in columns)] for label, row in zip(labels, rows, strict=True)],
    )
    return [
        Figure(
            "Wachtenden",
            charts.lines(
                "wacht-stand",
                "Wachtenden aan het eind van het jaar",
                labels,
                [Series("wachtend", [row["wachtend_eind"] for row in rows])],
                bounds=(0, max([row["wachtend_eind"] or 0 for row in rows] + [10])),
                show=_whole,
            ),
            table,
            remark=_partly(row["wachtend_eind"] for row in rows),
        ),
        Figure(
            "Erbij en geplaatst",
            charts.columns(
                "wacht-stroom",
                "Op de wachtlijst gekomen en geplaatst per jaar",
                [str(row["jaar"]) for row in whole],
                [
                    Series("erbij", [row["instroom"] for row in whole]),
                    Series("geplaatst", [row["geplaatst"] for row in whole]),
                ],
                show=_whole,
            ),
            table,
            remark=_partly(row[key] for row in whole for key in ("instroom", "geplaatst")),
        ),
    ]


def _origin(found: Published, regio: str) -> dict[str, Any]:
    where = "regio = %s and domein = 'BW' and perimeter = 'A' and basis = 'levering'"
    cells = found.rows("mart_herkomst_verblijf", where, regio)
    latest = max((row["maand"] for row in cells), default=None)
    cells = [row for row in cells if row["maand"] == latest]
    totals = found.rows("mart_import_export", f"{where} and maand = %s order by gemeente_code", regio, latest)
    shown = {row["personen"] for row in cells}
    if not cells or shown <= {None, 0}:
        return {"matrix": None, "saldo": None}
    codes = sorted(
        {row[key] for row in cells for key in ("herkomst_code", "verblijf_code")},
        key=lambda c: (c in PSEUDO, found.name(c)),
    )
    value = {(row["herkomst_code"], row["verblijf_code"]): row["personen"] for row in cells}
    rows = []
    for origin in codes:
        line = []
        for stay in codes:
            number = value.get((origin, stay), 0)
            depth = "" if not number else "t3" if number >= 50 else "t2" if number >= 20 else "t1"
            line.append({"waarde": number, "klasse": f"{depth}{' zelf' if origin == stay else ''}".strip()})
        rows.append({"naam": found.name(origin), "cellen": line})
    measures = ("stand_herkomst", "stand_verblijf", "eigen", "export", "import")
    return {
        "matrix": {
            "maand": _month(cells[0]["maand"]),
            "kolommen": [found.name(code) for code in codes],
            "rijen": rows,
        },
        "saldo": _table(
            "Import en export per gemeente",
            ("Gemeente", "Komt hiervandaan", "Verblijft hier", "Allebei", "Verblijft elders", "Komt van elders"),
            [
                [found.name(row["gemeente_code"]), *(_or_left_out(row[name]) for name in measures)]
                for row in sorted(
                    totals, key=lambda row: (row["gemeente_code"] in PSEUDO, found.name(row["gemeente_code"]))
                )
            ],
            note="Allebei: komt hiervandaan en verblijft hier.",
        ),
    }


def _shares(found: Published, regio: str) -> dict[str, Any] | None:
    scenarios = found.rows("dim_scenario", "regio = %s order by scenario", regio)
    drawn = f"{regio.lower()}_{DRAWN}"
    chosen = next((row for row in scenarios if row["scenario"] == drawn), scenarios[0] if scenarios else None)
    if chosen is None:
        return None
    rows = found.rows(
        "mart_verdeelmodel",
        "regio = %s and (scenario, jaar) in (select scenario, laatste_jaar from publicatie.dim_scenario)",
        regio,
    )
    if not rows:
        return None
    last = [row for row in rows if row["scenario"] == chosen["scenario"]]
    last.sort(key=lambda row: (row["gemeente_code"] in PSEUDO, found.name(row["gemeente_code"])))
    items = [(found.name(row["gemeente_code"]), _thousands(row["verschil_historisch"])) for row in last]
    names = {row["scenario"]: row["omschrijving"] for row in scenarios}
    year = chosen["laatste_jaar"]
    per_head = [
        [
            found.name(row["gemeente_code"]),
            _or_left_out(_thousands(row["bedrag"])),
            _or_left_out(_thousands(row["verschil_historisch"])),
            _or_left_out(_per_head(row)),
            _or_left_out(_thousands(row["verschil_eigen_kosten"])),
        ]
        for row in last
    ]
    compared = []
    for name, words in names.items():
        own = [row for row in rows if row["scenario"] == name and row["verschil_historisch"] is not None]
        if own:
            most, least = (
                max(own, key=lambda row: row["verschil_historisch"]),
                min(own, key=lambda row: row["verschil_historisch"]),
            )
            compared.append(
                [
                    words,
                    f"{found.name(most['gemeente_code'])} ({_euro(most['verschil_historisch'])})",
                    f"{found.name(least['gemeente_code'])} ({_euro(least['verschil_historisch'])})",
                ]
            )
    return {
        "uitleg": f"{chosen['omschrijving']}. Verschil in {year} met wat de gemeente zou krijgen als het geld "
        "historisch werd verdeeld, in duizenden euro’s.",
        "figuur": Figure(
            f"Wie wint en wie verliest in {year}",
            pictures.gains(
                "verdeelmodel", f"Verschil met historisch in {year}, in duizenden euro’s", items, show=_whole
            ),
            _table(
                f"Verdeling in {year}, in duizenden euro’s",
                ("Gemeente", "Bedrag", "Verschil met historisch", "Per inwoner (euro)", "Verschil met eigen kosten"),
                per_head,
            ),
            remark=_partly(value for _, value in items),
        ),
        "scenarios": Table(
            "Alle scenario’s: wie wint en wie verliest het meest",
            [
                Column("Scenario", text=True),
                Column("Wint het meest", text=True),
                Column("Verliest het meest", text=True),
            ],
            compared,
            note="Verschil met historisch in het laatste jaar, onder de gemeenten waarvan het gepubliceerd is.",
        ),
    }


def _table(caption: str, titles: Sequence[str], rows: Sequence[Sequence[Any]], note: str = "") -> Table:
    return Table(caption, [Column(title, numeric=index > 0) for index, title in enumerate(titles)], rows, note=note)


def _or_left_out(value: float | None) -> float | str:
    return LEFT_OUT if value is None else value


def _partly(values: Any) -> str:
    return "Een deel van de cijfers is weggelaten om personen te beschermen." if None in set(values) else ""


def _whole(value: float) -> str:
    return charts.decimal(round(value))


def _thousands(value: Any) -> float | None:
    return None if value is None else float(round(value / 1000))


def _per_head(row: Row) -> float | None:
    if row["verschil_historisch"] is None or not row["inwoners"]:
        return None
    return round(float(row["verschil_historisch"]) / row["inwoners"], 1)


def _euro(value: Any) -> str:
    thousands = round(value / 1000)
    sign = "+" if thousands > 0 else "\N{MINUS SIGN}" if thousands < 0 else ""
    return f"{sign}{charts.decimal(abs(thousands))} duizend euro"


def _month(value: date) -> str:
    return f"{MONTHS[value.month - 1]} {value.year}"
