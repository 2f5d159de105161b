"""The summary a person reads when the night is over."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table

from doorstroom.warehouse import connect
from reports import figures

SHOWN = 15


def print_summary() -> None:
    """Print on standard output what the night last begun brought, and the flows per regio and year."""
    console = Console(file=sys.stdout) if sys.stdout.isatty() else Console(file=sys.stdout, width=120)
    with connect() as connection:
        night = figures.last_night(connection)
        if night is None:
            console.print("Er is nog geen nacht gedraaid.")
            return
        taken = figures.intake(connection, night.gestart_op)
        _print_intake(console, night, taken)
        _print_turned_away(console, figures.turned_away(connection, night.gestart_op))
        _print_late(console, figures.late(connection))
        _print_flows(console, figures.flows(connection))


def number(value: int | None) -> str:
    """Return a whole number as the Dutch write it."""
    return "" if value is None else f"{value:,}".replace(",", ".")


def _print_intake(console: Console, night: figures.Night, taken: list[dict[str, Any]]) -> None:
    if not taken:
        console.print(f"Nacht van {night.datum}: 0 nieuwe bestanden.", highlight=False)
        return
    counts = ["bestanden", "geaccepteerd", "geweigerd", "aangehouden", "dubbel", "rijen_geladen", "rijen_quarantaine"]
    if any(row["rijen_vergeten"] for row in taken):
        counts.append("rijen_vergeten")
    console.print(f"Ingelezen in de nacht van {night.datum}", style="bold", highlight=False)
    table = Table()
    table.add_column("leverancier")
    for name in counts:
        table.add_column(name.replace("rijen_", "rijen\n"), justify="right")
    for kind, rows in groupby(taken, key=lambda row: row["soort"]):
        for row in rows:
            label = row["leverancier"] if row["leverancier"] != kind else kind.upper()
            table.add_row(label, *(number(row[name]) for name in counts))
        table.add_section()
    table.add_row("totaal", *(number(sum(row[name] for row in taken)) for name in counts), style="bold")
    console.print(table)


def _print_turned_away(console: Console, files: list[dict[str, Any]]) -> None:
    if not files:
        return
    console.print(f"Geweigerd of aangehouden: {number(len(files))}", style="bold", highlight=False)
    for file in files[:SHOWN]:
        console.print(f"  {file['status']:<12}{file['bestand']}", highlight=False, markup=False, soft_wrap=True)
        console.print(f"  {'':<12}{file['reden'] or ''}", highlight=False, markup=False, soft_wrap=True)
    if len(files) > SHOWN:
        console.print(f"  … en nog {number(len(files) - SHOWN)}; zie levering.bestanden en de kwaliteitsrapporten.")


def _print_late(console: Console, late: list[dict[str, Any]]) -> None:
    if not late:
        return
    console.print(f"Te laat: {number(len(late))}; hun laatste stand blijft gelden", style="bold", highlight=False)
    for feed in late[:SHOWN]:
        days = "1 dag" if feed["dagen"] == 1 else f"{number(feed['dagen'])} dagen"
        last = feed["laatste"] or "nog nooit"
        line = f"  {feed['leverancier']:<12}{feed['feed']:<20}{days:<12}laatste levering {last}"
        console.print(line, highlight=False, markup=False)
    if len(late) > SHOWN:
        console.print(f"  … en nog {number(len(late) - SHOWN)}; zie levering.te_laat.", highlight=False)


def _print_flows(console: Console, flows: list[dict[str, Any]]) -> None:
    if not flows:
        console.print("Er zijn nog geen marts met cijfers.")
        return
    for region, rows in groupby(flows, key=lambda row: row["regio"]):
        console.print(
            f"{figures.REGIONS.get(region, region)} ({region}): personen per jaar, naar herkomst",
            style="bold",
            highlight=False,
        )
        table = Table()
        table.add_column("domein")
        table.add_column("basis")
        for name in ("jaar", "begin", "in", "uit", "overig", "eind"):
            table.add_column(name, justify="right")
        for _, years in groupby(rows, key=lambda row: (row["domein"], row["basis"])):
            for row in years:
                table.add_row(*_flow_cells(row))
            table.add_section()
        console.print(table)
    console.print("Beschermd wonen in perimeter A. * = jaar nog niet compleet.", highlight=False)


def _flow_cells(row: dict[str, Any]) -> list[str]:
    incomplete = "" if (row["tot"].month, row["tot"].day) == (1, 1) else "*"
    counts = [number(row[name]) for name in ("stand_begin", "instroom", "uitstroom", "overig", "stand_eind")]
    return [row["domein"], row["basis"], f"{row['jaar']}{incomplete}", *counts]
