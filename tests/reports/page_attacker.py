"""Somebody who has one page of a region, reads all its tables, and calculates.

Reads the page itself, not the tables behind it: what a reader sees is what he can calculate with. How the figures on a
page add up is written down here as such a reader would; the calculating is that of the attacker of `publicatie`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from lxml import html

from tests.publication.attacker import Attacker, Cell, Equation

DOMAINS = ("Beschermd wonen", "Maatschappelijke opvang", "Vrouwenopvang")
STAND, FLOW = "{}: stand en cliënten", "{}: instroom en uitstroom"
LEFT_OUT = float("nan")


def tables(page: Path) -> dict[str, dict[tuple[str, str], float]]:
    """Every table of a page by its caption, with its figures by row and column; NaN where one is left out."""
    found: dict[str, dict[tuple[str, str], float]] = {}
    for table in html.parse(str(page)).iter("table"):
        caption = " ".join(table.find("caption").text_content().split())
        titles = [" ".join(cell.text_content().split()) for cell in table.find("thead").iter("th")][1:]
        cells = {}
        for row in table.xpath("tbody/tr|tfoot/tr"):
            label = " ".join(row.find("th").text_content().split())
            for title, cell in zip(titles, row.findall("td"), strict=True):
                cells[label, title] = figure(cell)
        assert caption not in found, f"two tables with caption {caption}"
        found[caption] = cells
    return found


def figure(cell: html.HtmlElement) -> float:
    """The figure in a cell as it is read out."""
    hidden = cell.find("span[@class='verborgen']")
    text = (cell.text_content() if hidden is None else hidden.text_content()).strip()
    return LEFT_OUT if text == "weggelaten" else float(text.replace(".", "").replace("−", "-").replace(",", "."))


class PageAttacker(Attacker):
    """Knows every count of persons on one page."""

    def __init__(self, page: Path) -> None:
        self.tables = {name: cells for name, cells in tables(page).items() if not money(name)}
        self.known = {
            (table, column, (row,)): value
            for table, cells in self.tables.items()
            for (row, column), value in cells.items()
        }

    def rows_of(self, table: str) -> list[str]:
        return list(dict.fromkeys(row for row, _ in self.tables.get(table, {})))

    def exact(self) -> Iterator[Equation]:
        """What adds up on the page by what the words mean."""
        for domain in DOMAINS:
            stand, flow = STAND.format(domain), FLOW.format(domain)
            for year in self.rows_of(flow):
                yield self._sum(
                    {(stand, "Stand begin", year): 1, (flow, "Instroom", year): 1},
                    {(flow, "Uitstroom", year): 1, (stand, "Stand eind", year): 1},
                )
                for word, what in (("Van", "Instroom"), ("Naar", "Uitstroom")):
                    streams = [row for row in self.rows_of(f"{domain} in {year}") if row.startswith(f"{word}: ")]
                    if streams:
                        parts = {(f"{domain} in {year}", "Aantal", row): 1 for row in streams}
                        yield self._sum(parts, {(flow, what, year): 1})
                origins = f"{domain}: waar de instroom vandaan komt, {year}"
                if origins in self.tables:
                    parts = {(origins, "Instroom", row): 1 for row in self.rows_of(origins)}
                    yield self._sum(parts, {(flow, "Instroom", year): 1})
            yield from self._year_after_year(stand, "Stand eind", "Stand begin")
        waiting, moves = "Wachtenden per jaar", "Wachtlijst: erbij en eraf"
        for year in self.rows_of(moves):
            yield self._sum(
                {(waiting, "Wachtend begin", year): 1, (moves, "Erbij", year): 1},
                {
                    (waiting, "Wachtend eind", year): 1,
                    (moves, "Geplaatst", year): 1,
                    (moves, "Uitgevallen", year): 1,
                },
            )
        yield from self._year_after_year(waiting, "Wachtend eind", "Wachtend begin")
        yield from self._chain()
        yield from self._matrix()

    def _chain(self) -> Iterator[Equation]:
        """The chain shows streams that stand in the tables of the domains too."""
        for year in self.rows_of(FLOW.format(DOMAINS[0])):
            chain = f"De keten in {year}"
            for row in self.rows_of(chain):
                start, end = row.split(" naar ")
                domain = DOMAINS[0] if start == DOMAINS[0] else DOMAINS[1]
                there = (f"{domain} in {year}", "Aantal", f"Naar: {end.capitalize()}")
                yield self._sum({(chain, "Aantal", row): 1}, {there: 1})

    def _matrix(self) -> Iterator[Equation]:
        matrix = "Herkomst tegen verblijf, beschermd wonen"
        cells = self.tables.get(matrix, {})
        gemeenten = [row for row in self.rows_of(matrix) if row != "Samen"]
        sides = next((name for name in self.tables if name.startswith("Herkomst en verblijf per gemeente")), "")
        for one in gemeenten if cells else ():
            yield self._sum({(matrix, other, one): 1 for other in gemeenten}, {(matrix, "Samen", one): 1})
            yield self._sum({(matrix, one, other): 1 for other in gemeenten}, {(matrix, one, "Samen"): 1})
            yield self._sum({(matrix, "Samen", one): 1}, {(sides, "Komt hiervandaan", one): 1})
            yield self._sum({(matrix, one, "Samen"): 1}, {(sides, "Verblijft hier", one): 1})
        if cells:
            yield self._sum({(matrix, "Samen", one): 1 for one in gemeenten}, {(matrix, "Samen", "Samen"): 1})
            yield self._sum({(matrix, one, "Samen"): 1 for one in gemeenten}, {(matrix, "Samen", "Samen"): 1})
            latest = self.rows_of(STAND.format(DOMAINS[0]))[-1]
            yield self._sum({(matrix, "Samen", "Samen"): 1}, {(STAND.format(DOMAINS[0]), "Stand eind", latest): 1})

    def likely(self) -> Iterator[Equation]:
        """What mostly holds: nobody came twice in a year, and who left the shelter for BW came into it that year."""
        for domain in DOMAINS:
            stand, flow = STAND.format(domain), FLOW.format(domain)
            for year in self.rows_of(flow):
                yield self._sum(
                    {(stand, "Stand begin", year): 1, (flow, "Instroom", year): 1},
                    {(stand, "Cliënten in het jaar", year): 1},
                )
        for year in self.rows_of(FLOW.format(DOMAINS[0])):
            bw, mo = (f"{domain} in {year}" for domain in DOMAINS[:2])
            out, into = (mo, "Aantal", "Naar: Beschermd wonen"), (bw, "Aantal", "Van: Uit opvang")
            if self._cell(out) in self.known and self._cell(into) in self.known:
                yield self._sum({out: 1}, {into: 1})

    def _year_after_year(self, table: str, end: str, begin: str) -> Iterator[Equation]:
        years = self.rows_of(table)
        for one, following in pairwise(years):
            if int(following.split()[-1]) == int(one.split()[-1]) + 1:
                yield self._sum({(table, end, one): 1}, {(table, begin, following): 1})

    @staticmethod
    def _cell(place: tuple[str, str, str]) -> Cell:
        table, column, row = place
        return (table, column, (row,))

    def _sum(self, plus: Mapping[tuple[str, str, str], int], minus: Mapping[tuple[str, str, str], int]) -> Equation:
        """One equation; a figure that is in two places counts twice."""
        signs: dict[Cell, int] = defaultdict(int)
        for places, sign in ((plus, 1), (minus, -1)):
            for place, times in places.items():
                signs[self._cell(place)] += sign * times
        return [(sign, cell) for cell, sign in signs.items()]


def money(caption: str) -> bool:
    """Whether a table is of the verdeelmodel: amounts, no persons."""
    return caption.startswith(("Verdeling in ", "Alle scenario"))


def numbers_in_words(page: Path) -> set[str]:
    """Every number of persons a page tells outside its tables: in tiles, conclusions and what drawings are read out as.

    Without years and shares, and without what is left of a total or between two, which must not be small.
    """
    root = html.parse(str(page)).getroot()
    (money_from,) = root.xpath("//h2[@id='verdeelmodel']")
    told = root.xpath("//desc | //dd[contains(@class, 'cijfer')] | //p[@class='conclusie'] | //p/strong")
    before = [part for part in told if part.sourceline < money_from.sourceline]
    text = " ".join(part.text_content() for part in before)
    for left in re.findall(r"\d+ andere herkomsten?: ([\d.]+)|([\d.]+) meer", text):
        assert int("".join(left).replace(".", "")) >= 5
    text = re.sub(r"\d+ andere herkomsten?: [\w.]+|[\d.]+ meer|\d+%|\b20[12]\d\b", " ", text)
    return {number.rstrip(".").replace(".", "") for number in re.findall(r"\d[\d.]*", text)}
