"""The quality reports: one page per regio for its coordinator and one per supplier, in Dutch.

Plain HTML in one file each, without anything from outside: it opens from a mail or a closed network, and no page
tells anyone that it was read. They hold counts of files, rows and findings; nothing about a person.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from doorstroom.settings import Settings
from doorstroom.warehouse import connect
from reports import figures
from reports.summary import number

TEMPLATES = Path(__file__).parent / "templates"
#: A page lists at most so many refused or held files; the rest is counted.
SHOWN = 50


def write_reports(folder: Path | None = None) -> list[Path]:
    """Write the reports on everything delivered so far, and return their paths; the first is the index.

    They replace those of an earlier night. Default folder: `rapporten` in the state folder.
    """
    folder = folder or Settings.from_env().state / "rapporten"
    folder.mkdir(parents=True, exist_ok=True)
    with connect() as connection:
        pages = _pages(connection)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["getal"] = number
    written = []
    for name, (template, values) in pages.items():
        path = folder / name
        draft = path.with_suffix(".draft")
        draft.write_text(environment.get_template(template).render(values), encoding="utf-8")
        draft.replace(path)
        written.append(path)
    for old in set(folder.glob("*.html")) - set(written):
        old.unlink()
    return written


def _pages(connection: psycopg.Connection) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return every page by file name: its template and what it is filled with."""
    night = figures.last_night(connection)
    if night is None:
        return {"index.html": ("index.html.j2", {"titel": "Kwaliteit van de leveringen", "datum": None, "regios": []})}
    suppliers = figures.intake(connection)
    totals = figures.finding_totals(connection)
    known = figures.regions_of_suppliers(connection)
    nothing = {"blokkerend": 0, "fout": 0, "signaal": 0}
    for supplier in suppliers:
        supplier["bevindingen"] = totals.get(supplier["leverancier"], nothing)
        supplier["pagina"] = f"leverancier_{supplier['leverancier']}.html"
        supplier["naam"] = supplier_name(supplier)
        supplier["regio"] = figures.REGION_OF_KIND.get(supplier["soort"]) or known.get(supplier["leverancier"])
    common: dict[str, Any] = {"datum": night.datum, "soorten": figures.KINDS}
    regions: list[dict[str, Any]] = [
        {
            "code": code,
            "naam": name,
            "pagina": f"regio_{code}.html",
            # A supplier of no known regio is shown to both rather than to nobody.
            "leveranciers": [supplier for supplier in suppliers if supplier["regio"] in (code, None)],
        }
        for code, name in figures.REGIONS.items()
    ]
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "index.html": ("index.html.j2", {**common, "titel": "Kwaliteit van de leveringen", "regios": regions})
    }
    for region in regions:
        names = {supplier["leverancier"] for supplier in region["leveranciers"]}
        away = [file for file in figures.turned_away(connection) if file["leverancier"] in names]
        pages[region["pagina"]] = (
            "regio.html.j2",
            {**common, "titel": f"Kwaliteit van de leveringen: {region['naam']}", "regio": region, **_limited(away)},
        )
    for supplier in suppliers:
        code = supplier["leverancier"]
        pages[supplier["pagina"]] = (
            "leverancier.html.j2",
            {
                **common,
                "titel": f"Kwaliteit van de leveringen: {supplier['naam']}",
                "leverancier": supplier,
                "feeds": figures.feeds(connection, code),
                "bevindingen": figures.findings(connection, code),
                **_limited(figures.turned_away(connection, supplier=code)),
            },
        )
    return pages


def supplier_name(supplier: dict[str, Any]) -> str:
    """Return what a supplier is called on a page: its name when the kind is one supplier, else its code."""
    if supplier["soort"] in figures.REGION_OF_KIND:
        return figures.KINDS[supplier["soort"]]
    kind = {"zorgaanbieders": "Zorgaanbieder", "corporaties": "Woningcorporatie"}.get(supplier["soort"], "Leverancier")
    return f"{kind} {supplier['leverancier']}"


def _limited(files: list[dict[str, Any]]) -> dict[str, Any]:
    return {"afgewezen": files[:SHOWN], "meer_afgewezen": max(0, len(files) - SHOWN)}
