"""What the suites said, for who looks after the warehouse: pages per night, per feed and per rule.

Great Expectations' own Data Docs load style and scripts from elsewhere and show values of the rows they found. These
pages hold counts, files and row numbers; what stands in a row is in the database, and every rule says by which query.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from reports import figures
from reports.page import SEVERITY_TONES, Badge, Column, Link, Table, number, render, short_date, write

#: So many nights have a page, and so many rows of a rule are named; the query gives them all.
NIGHTS, ROWS = 31, 20

_QUERY = """select bestand.bestand, bevinding.rij_nr, rij.*
from kwaliteit.bevinding as bevinding
join levering.bestanden as bestand on bestand.levering_id = bevinding.levering_id
join raw.{tabel} as rij on rij.levering_id = bevinding.levering_id and rij.rij_nr = bevinding.rij_nr
where bevinding.regel_id = '{regel_id}'
order by bestand.leverdatum desc, bestand.bestand, bevinding.rij_nr"""

_FILE_QUERY = """select bestand.bestand, bestand.leverdatum, bestand.status, bestand.reden
from kwaliteit.bevinding as bevinding
join levering.bestanden as bestand on bestand.levering_id = bevinding.levering_id
where bevinding.regel_id = '{regel_id}'
order by bestand.leverdatum desc, bestand.bestand"""


def write_pages(folder: Path, connection: psycopg.Connection) -> list[Path]:
    """Write the pages into a folder of their own, and return their paths; the first is the index.

    Pages of nights and feeds that are no more are taken away. Writes an index that says so before anything was judged.
    """
    results = _results(connection) if figures.exists(connection, "kwaliteit.validatie") else []
    feeds = {feed: list(rows) for feed, rows in groupby(results, key=lambda row: row["feed"])}
    nights = sorted({row["nacht"] for row in results}, reverse=True)[:NIGHTS]
    pages: list[tuple[str, str, dict[str, Any]]] = [("index.html", "validatie_index.html.j2", _index(results, nights))]
    pages += [(_night_page(night), "validatie_nacht.html.j2", _night(results, night)) for night in nights]
    named = _named_rows(connection) if results else {}
    pages += [(_feed_page(feed), "validatie_feed.html.j2", _feed(feed, rows, named)) for feed, rows in feeds.items()]
    written = [write(folder / name, render(template, values)) for name, template, values in pages]
    for old in folder.glob("*.html"):
        if old not in written:
            old.unlink()
    return written


def _results(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """Return one row per night and rule, of a night that judged a feed more than once the sums."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            """
            select
                validatie.nacht, regel.feed, validatie.tabel, validatie.regel_id, regel.kolom, regel.ernst,
                regel.dimensie, regel.omschrijving, regel.soort,
                sum(validatie.rijen)::bigint as rijen, sum(validatie.afwijkingen)::bigint as afwijkingen
            from kwaliteit.validatie as validatie
            join kwaliteit.regel as regel on regel.regel_id = validatie.regel_id
            group by validatie.nacht, validatie.tabel, regel.regel_id, validatie.regel_id
            order by regel.feed, validatie.regel_id, validatie.nacht desc
            """
        ).fetchall()


def _named_rows(connection: psycopg.Connection) -> dict[str, list[tuple[str, int | None]]]:
    """Return per rule the files and row numbers that break it, the latest files first, at most `ROWS`."""
    rows = connection.execute(
        """
        select regel_id, bestand, rij_nr from (
            select
                bevinding.regel_id, bestand.bestand, bevinding.rij_nr,
                row_number() over (
                    partition by bevinding.regel_id
                    order by bestand.leverdatum desc, bestand.bestand, bevinding.rij_nr
                ) as nummer
            from kwaliteit.bevinding as bevinding
            join levering.bestanden as bestand on bestand.levering_id = bevinding.levering_id
        ) as genummerd
        where nummer <= %s
        order by regel_id, nummer
        """,
        [ROWS],
    ).fetchall()
    return {rule: [(file, row) for _, file, row in found] for rule, found in groupby(rows, key=lambda row: row[0])}


def _night_page(night: Any) -> str:
    return f"nacht_{night}.html"


def _feed_page(feed: str) -> str:
    return f"feed_{feed}.html"


def _sum(rows: list[dict[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)


def _index(results: list[dict[str, Any]], nights: list[Any]) -> dict[str, Any]:
    def of_night(night: Any) -> list[Any]:
        rows = [row for row in results if row["nacht"] == night]
        broken = [row for row in rows if row["afwijkingen"]]
        return [Link(short_date(night), _night_page(night)), len(rows), len(broken), _sum(rows, "afwijkingen")]

    def of_feed(feed: str, rows: list[dict[str, Any]]) -> list[Any]:
        last = max(row["nacht"] for row in rows)
        return [
            Link(feed, _feed_page(feed)),
            last,
            len({row["regel_id"] for row in rows}),
            len({row["regel_id"] for row in rows if row["afwijkingen"]}),
            _sum([row for row in rows if row["nacht"] == last], "afwijkingen"),
        ]

    feeds = [(feed, list(rows)) for feed, rows in groupby(results, key=lambda row: row["feed"])]
    return {
        "titel": "Validatie van de leveringen",
        "nachten": Table(
            "Per nacht waarin iets is beoordeeld",
            [
                Column("Nacht"),
                Column("Regels", numeric=True),
                Column("Gebroken", numeric=True),
                Column("Afwijkingen", numeric=True),
            ],
            [of_night(night) for night in nights],
        ),
        "feeds": Table(
            "Per soort levering",
            [
                Column("Soort levering"),
                Column("Laatst beoordeeld"),
                Column("Regels", numeric=True),
                Column("Ooit gebroken", numeric=True),
                Column("Afwijkingen toen", numeric=True),
            ],
            [of_feed(feed, rows) for feed, rows in feeds],
        ),
    }


_RESULT_COLUMNS = [
    Column("Regel"),
    Column("Ernst"),
    Column("Rijen", numeric=True),
    Column("Afwijkingen", numeric=True),
    Column("Uitkomst"),
]


def _result(row: dict[str, Any], href: str) -> list[Any]:
    # A rule that met no row has not passed.
    outcome = "niet van toepassing" if not row["rijen"] else "gebroken" if row["afwijkingen"] else "gehaald"
    return [
        Link(row["regel_id"], href),
        Badge(row["ernst"], SEVERITY_TONES[row["ernst"]]),
        row["rijen"],
        row["afwijkingen"],
        outcome,
    ]


def _night(results: list[dict[str, Any]], night: Any) -> dict[str, Any]:
    rows = [row for row in results if row["nacht"] == night]
    return {
        "titel": f"Validatie: nacht van {short_date(night)}",
        "feeds": [
            (
                feed,
                _feed_page(feed),
                Table(
                    f"Regels op {feed}, de gebroken eerst",
                    _RESULT_COLUMNS,
                    [
                        _result(row, f"{_feed_page(feed)}#{row['regel_id']}")
                        for row in sorted(of_feed, key=lambda r: (-r["afwijkingen"], r["regel_id"]))
                    ],
                ),
            )
            for feed, of_feed in ((feed, list(group)) for feed, group in groupby(rows, key=lambda row: row["feed"]))
        ],
    }


def _feed(feed: str, results: list[dict[str, Any]], named: dict[str, list[tuple[str, int | None]]]) -> dict[str, Any]:
    rules = []
    for rule, history in ((rule, list(group)) for rule, group in groupby(results, key=lambda row: row["regel_id"])):
        latest = history[0]
        rows = named.get(rule, [])
        rules.append(
            {
                **latest,
                "verloop": Table(
                    f"Uitkomsten van {rule}",
                    [Column("Nacht"), Column("Rijen", numeric=True), Column("Afwijkingen", numeric=True)],
                    [
                        [Link(short_date(row["nacht"]), _night_page(row["nacht"])), row["rijen"], row["afwijkingen"]]
                        for row in history[:NIGHTS]
                    ],
                    hide_caption=True,
                ),
                "rijen_met": [f"{file}, rij {row}" if row else file for file, row in rows],
                "query": (_QUERY if latest["soort"] == "rij" else _FILE_QUERY).format(**latest),
                "meer": len(rows) == ROWS,
            }
        )
    overview = Table(
        f"Regels op {feed}, uitkomst van de laatste beoordeling",
        _RESULT_COLUMNS,
        [_result(rule, f"#{rule['regel_id']}") for rule in rules],
    )
    return {"titel": f"Validatie: {feed}", "overzicht": overview, "regels": rules, "aantal_regels": number(len(rules))}
