"""The page of a region for who decides there: stand and flows, the chain, the waiting list, herkomst, verdeelmodel.

Every count of persons on it comes from a schema of its own, in which they are protected among themselves: between the
many small cells of `publicatie` they could not be shown. Only the verdeelmodel, amounts of money, is from `publicatie`.
What is left out there is left out here. Plain HTML in one file, without anything from outside.
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
from publication.protect import SMALLEST_PUBLISHED
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
#: Where the chain goes on or ends.
CHAIN_ENDS = ("BW", "gewenst", "ongewenst")
PSEUDO = {"BUITEN_REGIO": "Buiten de regio", "NIET_INGESCHREVEN": "Niet ingeschreven", "ONBEKEND": "Onbekend"}
#: Everything on the page counts what suppliers delivered; beschermd wonen is all of it, perimeter A.
SHOWN = "regio = %s and basis = 'levering' and perimeter in ('A', '-')"
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
    years = _from_first(found.rows("mart_regio_jaar", f"{SHOWN} order by jaar", regio))
    whole = [row for row in years if row["tot_en_met"].month == 12]
    year = max((row["jaar"] for row in whole), default=None)
    return {
        "titel": f"Doorstroom in {REGIONS[regio]}",
        "datum": None,
        "regiostijl": Markup((FOLDER / "theme" / "regio.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        "peil": _month(max(row["tot_en_met"] for row in years)) if years else None,
        "bijgewerkt": min((row["bijgewerkt_tot"] for row in years if row["bijgewerkt_tot"]), default=None),
        "tegels": _tiles(years, whole),
        "lopend": _running(years),
        "standen": [figure for domain in DOMAINS for figure in _stands(years, domain)],
        "ketenjaar": year,
        "ketens": _chains(found, regio, [row for row in years if row["jaar"] == year]),
        "wachtlijst": _waiting(found, regio),
        "herkomst": _origin(found, regio, years, year),
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


def _from_first(years: list[Row]) -> list[Row]:
    """Leave out the years before anybody was there: the calendar may begin before the data do."""
    first = min((row["jaar"] for row in years if row["instroom"] != 0 or row["stand_eind"] != 0), default=0)
    return [row for row in years if row["jaar"] >= first]


def _tiles(years: list[Row], whole: list[Row]) -> list[dict[str, Any]]:
    tiles = []
    for domain, name in DOMAINS.items():
        # A shelter is for nights: who is there on one night says little, who was there in a year does.
        rows, measure = (years, "stand_eind") if domain == "BW" else (whole, "unieke_clienten")
        rows = [row for row in rows if row["domein"] == domain]
        if rows:
            last = rows[-1]
            when = f"cliënten eind {_month(last['tot_en_met'])}" if domain == "BW" else f"cliënten in {last['jaar']}"
            tiles.append({"naam": name, "waarde": _or_left_out(last[measure]), "uitleg": when})
    flows = [row for row in whole if row["domein"] == "BW"]
    if flows:
        last = flows[-1]
        tiles += [
            {
                "naam": f"{measure.capitalize()} beschermd wonen",
                "waarde": _or_left_out(last[measure]),
                "uitleg": f"in {last['jaar']}",
            }
            for measure in ("instroom", "uitstroom")
        ]
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
    if domain == "BW":
        series, measure, what = rows, "stand_eind", "cliënten aan het eind van het jaar"
    else:
        series, measure, what = whole, "unieke_clienten", "cliënten"
    labels = [_year(row) for row in series]
    found = []
    if series:
        values = [row[measure] for row in series]
        found.append(
            Figure(
                f"{name}: {what}",
                charts.lines(
                    f"stand-{domain}",
                    f"{name}: {what}",
                    labels,
                    [Series("cliënten", values)],
                    bounds=(0, charts.round_top([value for value in values if value is not None])),
                    show=_whole,
                ),
                _table(
                    f"{name}: stand en cliënten",
                    ("Jaar", "Stand begin", "Stand eind", "Cliënten in het jaar"),
                    [
                        [label, *(_or_left_out(row[key]) for key in ("stand_begin", "stand_eind", "unieke_clienten"))]
                        for label, row in zip(labels, series, strict=True)
                    ],
                ),
                remark=_partly(values),
                conclusion=_change(labels, values),
            )
        )
    if whole:
        last = whole[-1]
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
                conclusion=_balance(
                    last["jaar"], last["instroom"], last["uitstroom"], "kwamen er {} en vertrokken er {}"
                ),
            )
        )
    return found


def _chains(found: Published, regio: str, totals: list[Row]) -> list[Figure]:
    if not totals:
        return []
    year = totals[0]["jaar"]
    of_domain = {row["domein"]: row for row in totals}
    rows = found.rows("mart_stroom_jaar", f"{SHOWN} and jaar = %s", regio, year)
    figures = [*_whole_chain(rows, year)]
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
                conclusion=" ".join(
                    _main_stream(sides[side], side, of_domain[domain][flow] if domain in of_domain else None)
                    for side, flow in (("in", "instroom"), ("uit", "uitstroom"))
                ).strip(),
            )
        )
    return figures


def _whole_chain(rows: list[Row], year: int) -> list[Figure]:
    """From shelter to beschermd wonen to a home, all as those who leave count it."""
    places = ("Opvang", "Beschermd wonen", "Zelfstandig", "Ongewenst")
    numbers = {
        (start, CHAIN_ENDS.index(row["soort"]) + 1): row["aantal"]
        for start, domain in enumerate(("MO", "BW"))
        for row in rows
        if row["domein"] == domain and row["richting"] == "uit" and row["soort"] in CHAIN_ENDS[start:]
    }
    if not {(0, 1), (1, 2)} <= set(numbers):
        return []
    told = []
    for start, words in enumerate(("de opvang", "beschermd wonen")):
        ends = [
            f"{_whole(number)} {('', 'naar beschermd wonen', 'zelfstandig')[end]}"
            for end in (1, 2)
            if (number := numbers.get((start, end))) is not None
        ]
        if ends:
            told.append(f"uit {words} gingen er {' en '.join(ends)}")
    text = "; ".join(told)
    return [
        Figure(
            "De keten",
            pictures.chain("keten", f"De keten in {year}", places, numbers),
            _table(
                f"De keten in {year}",
                ("Stroom", "Aantal"),
                [
                    [f"{places[start]} naar {places[end].lower()}", _or_left_out(number)]
                    for (start, end), number in sorted(numbers.items())
                ],
            ),
            conclusion=f"In {year}: {text}." if text else "",
        )
    ]


def _waiting(found: Published, regio: str) -> list[Figure]:
    rows = found.rows("mart_wachtlijst_jaar", "regio = %s order by jaar", regio)
    if rows and rows[0]["wachtend_begin"] == 0:
        rows = rows[1:]  # the list as it stood when the data begin counts as instroom
    if not rows:
        return []
    labels = [_year(row) for row in rows]
    whole = [row for row in rows if row["tot_en_met"].month == 12]
    waiting = [row["wachtend_eind"] for row in rows]
    figures = [
        Figure(
            "Wachtenden aan het eind van het jaar",
            charts.lines(
                "wacht-stand",
                "Wachtenden aan het eind van het jaar",
                labels,
                [Series("wachtend", waiting)],
                bounds=(0, charts.round_top([value for value in waiting if value is not None])),
                show=_whole,
            ),
            _table(
                "Wachtenden per jaar",
                ("Jaar", "Wachtend begin", "Wachtend eind"),
                [
                    [label, *(_or_left_out(row[name]) for name in ("wachtend_begin", "wachtend_eind"))]
                    for label, row in zip(labels, rows, strict=True)
                ],
            ),
            remark=_partly(waiting),
            conclusion=_change(labels, waiting),
        )
    ]
    if whole:
        last = whole[-1]
        figures.append(
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
                _table(
                    "Wachtlijst: erbij en eraf",
                    ("Jaar", "Erbij", "Geplaatst", "Uitgevallen"),
                    [
                        [
                            str(row["jaar"]),
                            *(_or_left_out(row[key]) for key in ("instroom", "geplaatst", "uitgevallen")),
                        ]
                        for row in whole
                    ],
                ),
                remark=_partly(row[key] for row in whole for key in ("instroom", "geplaatst")),
                conclusion=_balance(
                    last["jaar"],
                    last["instroom"],
                    last["geplaatst"],
                    "kwamen er {} op de lijst en kregen er {} een plaats",
                ),
            )
        )
    return figures


def _origin(found: Published, regio: str, years: list[Row], year: int | None) -> dict[str, Any] | None:
    """The matrix of beschermd wonen with its margins, and where those who came into a shelter come from."""
    per_gemeente = found.rows("mart_gemeente_jaar", SHOWN, regio)
    stays = [row for row in per_gemeente if row["domein"] == "BW"]
    latest = max((row["jaar"] for row in stays), default=None)
    stays = [row for row in stays if row["jaar"] == latest]
    if not stays:
        return None
    when = _month(stays[0]["tot_en_met"])
    cells = found.rows("mart_herkomst_verblijf_jaar", f"{SHOWN} and domein = 'BW' and jaar = %s", regio, latest)
    value: dict[tuple[str, str], int | None] = {
        (row["herkomst_code"], row["verblijf_code"]): row["personen"] for row in cells
    }
    margin = {
        side: {row["gemeente_code"]: row["stand_eind"] for row in stays if row["gemeente_basis"] == side}
        for side in ("herkomst", "verblijf")
    }
    codes = sorted(
        {code for side in margin.values() for code, stand in side.items() if stand != 0},
        key=lambda code: (code in PSEUDO, -(margin["herkomst"].get(code) or 0), found.name(code)),
    )
    rows = [
        {
            "naam": found.name(origin),
            "cellen": [{"waarde": value.get((origin, stay), 0), "zelf": origin == stay} for stay in codes],
            "totaal": margin["herkomst"].get(origin, 0),
        }
        for origin in codes
    ]
    for row in rows:
        for cell in row["cellen"]:
            cell["klasse"] = f"{_depth(cell['waarde'])}{' zelf' if cell['zelf'] else ''}".strip()
    total = {(row["domein"], row["jaar"]): row for row in years}
    everyone = total["BW", latest]["stand_eind"] if ("BW", latest) in total else None
    sides = [(found.name(code), margin["herkomst"].get(code, 0), margin["verblijf"].get(code, 0)) for code in codes]
    return {
        "maand": when,
        "conclusie": _most_stay(found, margin["verblijf"], everyone, value),
        "kolommen": [found.name(code) for code in codes],
        "rijen": rows,
        "alles": everyone,
        "totalen": [margin["verblijf"].get(code, 0) for code in codes],
        "figuren": [
            Figure(
                "Beschermd wonen: komt hiervandaan, verblijft hier",
                pictures.pairs(
                    "herkomst-verblijf",
                    f"Beschermd wonen per gemeente, eind {when}",
                    ("komt hiervandaan", "verblijft hier"),
                    sides,
                ),
                _table(
                    f"Herkomst en verblijf per gemeente, eind {when}",
                    ("Gemeente", "Komt hiervandaan", "Verblijft hier"),
                    [[name, _or_left_out(origin), _or_left_out(stay)] for name, origin, stay in sides],
                ),
                conclusion=_draws_most(sides),
            ),
            *(
                figure
                for domain in ("MO", "VO")
                if (domain, year) in total
                for figure in _came_from(
                    found,
                    total[domain, year],
                    [row for row in per_gemeente if row["domein"] == domain and row["jaar"] == year],
                )
            ),
        ],
    }


def _came_from(found: Published, total: Row, rows: list[Row]) -> list[Figure]:
    """Who came into a shelter in a year, by gemeente of herkomst."""
    items = [
        (found.name(row["gemeente_code"]), row["instroom"])
        for row in rows
        if row["gemeente_basis"] == "herkomst" and row["instroom"] != 0
    ]
    items.sort(key=lambda item: (-(item[1] or 0), item[0]))
    known = [item for item in items if item[1] is not None]
    if not known:
        return []
    year, domain = total["jaar"], total["domein"]
    title = f"{DOMAINS[domain]}: waar de instroom vandaan komt"
    drawn: list[tuple[str, float | None]] = [*known]
    others = len(items) - len(known)
    if others:
        # What is left of the total stands on the page already, as a difference.
        left = None if total["instroom"] is None else total["instroom"] - sum(value for _, value in known)
        enough = others > 1 and left is not None and left >= SMALLEST_PUBLISHED
        drawn.append(("1 andere herkomst" if others == 1 else f"{others} andere herkomsten", left if enough else None))
    most, number = known[0]
    return [
        Figure(
            title,
            pictures.shares(f"herkomst-{domain}", f"{title}, {year}", drawn),
            _table(
                f"{title}, {year}", ("Gemeente", "Instroom"), [[code, _or_left_out(value)] for code, value in items]
            ),
            remark=_partly(value for _, value in items),
            conclusion=f"In {year} kwamen de meesten uit {most}: {_whole(number)}."
            if _surely_most([value for _, value in items], total["instroom"])
            else "",
        )
    ]


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
    last.sort(key=lambda row: (-(row["verschil_historisch"] or 0), found.name(row["gemeente_code"])))
    items = [(found.name(row["gemeente_code"]), _thousands(row["verschil_historisch"])) for row in last]
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
    for scenario in scenarios:
        own = [row for row in rows if row["scenario"] == scenario["scenario"] and row["gemeente_code"] not in PSEUDO]
        most, least = _extremes(own)
        compared.append([scenario["omschrijving"], _named(found, most), _named(found, least)])
    most, least = _extremes([row for row in last if row["gemeente_code"] not in PSEUDO])
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
            conclusion=f"Het meest wint {_named(found, most)}, het meest verliest {_named(found, least)}."
            if most and least
            else "",
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


def _extremes(rows: list[Row]) -> tuple[Row | None, Row | None]:
    """The row that gains most and the one that loses most; None when nobody does, as far as is published."""
    known = [row for row in rows if row["verschil_historisch"] is not None]
    most = max(known, key=lambda row: row["verschil_historisch"], default=None)
    least = min(known, key=lambda row: row["verschil_historisch"], default=None)
    return (
        most if most and most["verschil_historisch"] > 0 else None,
        least if least and least["verschil_historisch"] < 0 else None,
    )


def _named(found: Published, row: Row | None) -> str:
    return "niet bekend" if row is None else f"{found.name(row['gemeente_code'])} ({_euro(row['verschil_historisch'])})"


# --- what a picture says in a line ------------------------------------------------------------------------------------


def _change(labels: Sequence[str], values: Sequence[int | None]) -> str:
    """From the first to the last figure, when both are published; a share only of what is not small."""
    first, last = (values[0], values[-1]) if len(values) > 1 else (None, None)
    if first is None or last is None:
        return ""
    told = f"Van {_whole(first)} ({labels[0]}) naar {_whole(last)} ({labels[-1]})"
    if first == last:
        return f"Evenveel in {labels[0]} als in {labels[-1]}: {_whole(last)}."
    if first < 50:
        return f"{told}."
    return f"{told}: {abs(round(100 * (last - first) / first))}% {'meer' if last > first else 'minder'}."


def _balance(year: int, more: int | None, less: int | None, words: str) -> str:
    return "" if more is None or less is None else f"In {year} {words.format(_whole(more), _whole(less))}."


def _main_stream(streams: Sequence[Stream], side: str, total: int | None) -> str:
    """The largest stream on one side, when none that is left out can be larger."""
    most = max((stream for stream in streams if stream.value), key=lambda stream: stream.value or 0, default=None)
    if most is None or not _surely_most([stream.value for stream in streams], total):
        return ""
    name = most.name if most.name.startswith("Wlz") else most.name[0].lower() + most.name[1:]
    return f"Grootste stroom {side}: {name} ({_whole(most.value or 0)})."


def _surely_most(values: Sequence[int | None], total: int | None) -> bool:
    """Whether the largest published figure is the largest of all: what is left out is at least one each."""
    known = [value for value in values if value is not None]
    hidden = len(values) - len(known)
    if not hidden:
        return bool(known)
    return total is not None and bool(known) and max(known) >= total - sum(known) - (hidden - 1)


def _most_stay(
    found: Published, stays: dict[str, int | None], total: int | None, value: dict[tuple[str, str], int | None]
) -> str:
    """Where most clients stay, and how many of them come from there."""
    code = max(stays, key=lambda code: stays[code] or 0, default=None)
    number = stays[code] if code else None
    if code is None or not number or not _surely_most([stay for stay in stays.values() if stay != 0], total):
        return ""
    of = f" van de {_whole(total)} cliënten ({round(100 * number / total)}%)" if total else " cliënten"
    own = value.get((code, code))
    told = f"In {found.name(code)} verblijven {_whole(number)}{of}"
    return f"{told}; {_whole(own)} van hen komen er ook vandaan." if own else f"{told}."


def _draws_most(sides: Sequence[tuple[str, int | None, int | None]]) -> str:
    """The gemeente where most more stay than come from, and the other way round."""
    differences = [(stay - origin, name) for name, origin, stay in sides if origin is not None and stay is not None]
    if not differences:
        return ""
    most, least = max(differences), min(differences)
    told = []
    if most[0] >= SMALLEST_PUBLISHED:
        told.append(f"In {most[1]} verblijven er {_whole(most[0])} meer dan er vandaan komen.")
    if -least[0] >= SMALLEST_PUBLISHED:
        told.append(f"Uit {least[1]} komen er {_whole(-least[0])} meer dan er verblijven.")
    return " ".join(told)


def _depth(value: int | None) -> str:
    if not value:
        return ""
    return "t3" if value >= 50 else "t2" if value >= 20 else "t1"


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
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    amount = abs(float(value))
    if amount >= 1_000_000:
        return f"{sign}{charts.decimal(round(amount / 1_000_000, 1))} mln euro"
    return f"{sign}{charts.decimal(round(amount / 1000))} duizend euro"


def _year(row: Row) -> str:
    """The year as a label; of a year that is not over with the month it goes to."""
    until: date = row["tot_en_met"]
    return str(until.year) if until.month == 12 else f"{MONTHS[until.month - 1][:3]} {until.year}"


def _month(value: date) -> str:
    return f"{MONTHS[value.month - 1]} {value.year}"
