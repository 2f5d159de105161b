"""The figures printed in the source documents, each with the query that yields it from the marts.

`demo/published_figures.csv` holds the figures (id, regio, domein, perimeter, basis, moment, figure, value, unit,
tolerance); `query_for` turns a row of that kind of file into the query that a BI user would write. A row whose figure
no mart can answer has no query: it stays visible as such.
"""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

FIGURES = Path(__file__).parent.parent / "demo/published_figures.csv"

STAND = """\
select sum(stand_eind) from marts.{mart}
where regio = '{regio}' and domein = '{domein}' and perimeter = '{perimeter}' and basis = '{basis}'
  and {voorwaarde}maand = date_trunc('month', date '{peildatum}' - 1)"""

STROOM = """\
select sum(aantal) from marts.mart_{stroom}
where regio = '{regio}' and domein = '{domein}' and perimeter = '{perimeter}' and basis = '{basis}'
  and gemeente_basis = 'herkomst' and extract(year from maand) = {jaar}"""

LEVERINGSVORM = """\
select {vorm} from marts.mart_leveringsvorm
where regio = '{regio}' and perimeter = '{perimeter}' and basis = '{basis}'
  and maand = date_trunc('month', date '{peildatum}' - 1)"""

LEEFTIJD = """\
select 100.0 * sum(unieke_clienten) filter (where {voorwaarde}) / sum(unieke_clienten) from marts.mart_leeftijd_jaar
where regio = '{regio}' and domein = '{domein}' and perimeter = '{perimeter}' and basis = '{basis}'
  and jaar = {jaar} and leeftijd is not null"""

KENMERK = """\
select 100.0 * sum(unieke_clienten) filter (where waarde in ({waarden})) / sum(unieke_clienten)
from marts.mart_kenmerk_jaar
where regio = '{regio}' and perimeter = '{perimeter}' and basis = '{basis}'
  and kenmerk = '{kenmerk}' and jaar = {jaar}"""

OPVANG = """\
select {maat} from marts.mart_opvang
where regio = '{regio}' and jaar = {jaar} and {voorwaarde}"""

TOP = """\
select string_agg(naam, ', ' order by dagen desc) from (
  select gemeente.naam, sum(bezetting.clientdagen) as dagen
  from marts.mart_bezetting_jaar as bezetting
  join marts.dim_gemeente as gemeente using (gemeente_code)
  where bezetting.regio = '{regio}' and bezetting.domein = '{domein}' and bezetting.perimeter = '{perimeter}'
    and bezetting.basis = '{basis}' and bezetting.gemeente_basis = 'verblijf' and not gemeente.is_pseudo
  group by gemeente.naam order by dagen desc limit {aantal}
) as top"""

#: Words of a figure → its query; the first that fits. Stand is at midnight at the start of the peildatum (D.8); a
#: document that says "31 December" means the end of that day.
KENMERKEN = {
    "andere wmo-hulp": ("andere_hulp", "'J'"),
    "wajong": ("inkomstenbron", "'wajong'"),
    "inkomen uit werk": ("inkomstenbron", "'werk'"),
    "reden onbekend of meerdere": ("grondslag", "'onbekend', 'meerdere'"),
}


#: The same for opvang: words of a figure → what is counted and in which rows; the first that fits. Families are
#: counted at their women: `gezinnen` does not add up over roles.
OPVANG_MATEN = {
    "aangemeld zonder verblijf": (
        "sum(personen)",
        "opvangsoort = 'volwassenen' and verblijfsklasse = 'zonder_verblijf'",
    ),
    "nachtopvang kort": ("sum(personen)", "opvangsoort = 'volwassenen' and verblijfsklasse = 'kort'"),
    "nachtopvang traject": ("sum(personen)", "opvangsoort = 'volwassenen' and verblijfsklasse = 'traject'"),
    "nachtopvang aangemeld": ("sum(personen)", "opvangsoort = 'volwassenen'"),
    "veldwerk": ("sum(meldingen)", "opvangsoort = 'veldwerk'"),
    "ambulant gezinnen": ("sum(gezinnen)", "opvangsoort = 'ambulant' and rol = 'vrouw'"),
    "ambulant kinderen": ("sum(personen)", "opvangsoort = 'ambulant' and rol = 'kind'"),
    "ambulant gemiddelde duur": (
        "sum(weken_gemiddeld * personen) / sum(personen)",
        "opvangsoort = 'ambulant' and rol = 'vrouw'",
    ),
    "aware": ("sum(meldingen)", "opvangsoort = 'aware'"),
    "vrouwenopvang vrouwen uit de regio": (
        "100.0 * sum(personen) filter (where herkomst like 'GM%') / sum(personen)",
        "opvangsoort = 'vrouwenopvang' and rol = 'vrouw' and nachten > 0",
    ),
    "vrouwenopvang vrouwen": ("sum(personen)", "opvangsoort = 'vrouwenopvang' and rol = 'vrouw' and nachten > 0"),
    "vrouwenopvang kinderen": ("sum(personen)", "opvangsoort = 'vrouwenopvang' and rol = 'kind' and nachten > 0"),
    "vrouwenopvang gemiddeld verblijf": (
        "sum(weken_gemiddeld * personen) / sum(personen)",
        "opvangsoort = 'vrouwenopvang' and rol = 'vrouw' and nachten > 0",
    ),
}


@dataclass(frozen=True)
class Figure:
    """One published figure: what a document says, in which unit, and how far off a count may be."""

    bron_id: str
    regio: str
    domein: str
    perimeter: str
    basis: str
    moment: str
    figuur: str
    waarde: str
    eenheid: str
    tolerantie: str
    bron: str

    def allows(self, counted: Any) -> bool:
        """Whether a counted value agrees with the document's, within its tolerance (exact, n%, n pp or a number)."""
        if counted is None:
            return False
        if self.eenheid == "rangorde":
            return str(counted) == self.waarde
        expected, off = float(self.waarde), self.tolerantie.strip()
        if off.endswith("%"):
            margin = expected * float(off[:-1]) / 100
        elif off in ("exact", "-", ""):
            margin = 0.0
        else:
            margin = float(off.removesuffix("pp").strip())
        return abs(float(counted) - expected) <= margin


def read_figures(path: Path = FIGURES) -> list[Figure]:
    """The rows of a file of published figures, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Figure(
                row["id"], row["regio"], row["domein"], row["perimeter"], row["basis"], row["peildatum_of_jaar"],
                row["figuur"], row["waarde"], row["eenheid"], row["tolerantie"], row["bron"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def query_for(figure: Figure) -> str | None:  # noqa: PLR0911 - one return per kind of figure
    """The query on the marts that yields the figure, or None when none of them can answer it."""
    words = figure.figuur.lower()
    values = {
        "regio": figure.regio,
        "domein": figure.domein,
        "perimeter": figure.perimeter,
        "basis": figure.basis,
        "jaar": figure.moment[:4],
        "peildatum": figure.moment,
        "voorwaarde": "gemeente_basis = 'herkomst' and ",
        "mart": "mart_stroombalans",
    }
    if figure.eenheid == "rangorde":
        return TOP.format(**values, aantal=figure.waarde.count(",") + 1)
    if figure.domein != "BW":
        for text, (maat, voorwaarde) in OPVANG_MATEN.items():
            if text in words:
                return OPVANG.format(**values | {"maat": maat, "voorwaarde": voorwaarde})
        return None
    if stroom := re.search(r"\b(instroom|uitstroom)\b", words):
        return STROOM.format(**values, stroom=stroom[1])
    if vorm := re.search(r"\b(pgb|zin)\b", words):
        return LEVERINGSVORM.format(**values, vorm=vorm[1])
    if "twintigers" in words:
        return LEEFTIJD.format(**values | {"voorwaarde": "leeftijd between 20 and 29"})
    if "50-plus" in words:
        return LEEFTIJD.format(**values | {"voorwaarde": "leeftijd >= 50"})
    for text, (kenmerk, waarden) in KENMERKEN.items():
        if text in words:
            return KENMERK.format(**values, kenmerk=kenmerk, waarden=waarden)
    if figure.eenheid == "personen" and re.fullmatch(r"\d{4}-\d\d-\d\d", figure.moment):
        if figure.moment.endswith("-12-31"):
            values["peildatum"] = f"{int(figure.moment[:4]) + 1}-01-01"
        return STAND.format(**values)
    return None


def count(connection: psycopg.Connection, figure: Figure) -> Any:
    """What the warehouse counts for a figure; None when no mart can answer it."""
    query = query_for(figure)
    if query is None:
        return None
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


PAGE = Path(__file__).parent.parent / "docs/published_figures.md"

INTRODUCTION = """\
# The published figures

Every figure that the source documents print, what the marts of the demo region count for it, and the query that
does. Written from the warehouse by `python -m reports.published_figures` after `make nightly`; a test counts every
figure again (`tests/night/test_demo_night.py`).

The demo is made to reproduce them; what the page proves is that the whole pipeline, from the suppliers' files to
the marts, counts as the documents do. S- and X-numbers name the finding and the trap behind a figure.
"""


def render(connection: psycopg.Connection) -> str:
    """The page as Markdown: one row per figure, then one query per figure."""
    table = ["| id | regio | figure | document | counted | |", "|---|---|---|---|---|---|"]
    queries: list[str] = []
    for number, figure in enumerate(read_figures(), start=1):
        counted = count(connection, figure)
        shown = counted if isinstance(counted, str) or counted is None else f"{float(counted):.10g}"
        if isinstance(counted, Decimal):
            shown = f"{counted:.2f}"
        agrees = "agrees" if figure.allows(counted) else "DIFFERS"
        table.append(
            f"| [{figure.bron_id}](#query-{number}) | {figure.regio} | {figure.figuur} "
            f"| {figure.waarde} {figure.eenheid} (tolerance {figure.tolerantie}), {figure.bron} | {shown} | {agrees} |"
        )
        queries += [
            f"\n### Query {number}",
            f"{figure.bron_id}: {figure.figuur}\n",
            f"```sql\n{query_for(figure)}\n```",
        ]
    return "\n".join([INTRODUCTION, *table, "\n## Queries", *queries]) + "\n"


def main() -> int:
    """Write the page from the warehouse; with --check only say whether the page is what the warehouse counts."""
    from doorstroom.warehouse import connect, running  # noqa: PLC0415 - only the command needs a warehouse

    with running(), connect() as warehouse:
        page = render(warehouse)
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.read_text(encoding="utf-8") == page else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
