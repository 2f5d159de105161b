"""Text rows → the rows of a raw table: typed, pseudonymised, with the defects only the reader could see.

Works column by column, and once per distinct value of a column: dates, codes and persons repeat. Values come out as
canonical text (ISO dates, digits, a decimal point) that PostgreSQL's COPY cannot refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from itertools import repeat
from typing import TypeAlias

from extracts.contract import Column, Contract, Table
from extracts.pseudonym import HOOG, LAAG, NINE_DIGITS, Pseudonymiser, is_bsn
from extracts.readers.base import Block

#: A cell's value and the defect to note, either of them None.
Cell: TypeAlias = tuple[str | None, str | None]

FIRST_YEAR, LAST_YEAR = 1900, 2199
_INT4_MAX = 2**31 - 1

_ISO_DATE = re.compile(r"(?P<j>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})", re.ASCII)
_NL_DATE = re.compile(r"(?P<d>\d{2})-(?P<m>\d{2})-(?P<j>\d{4})", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,10}", re.ASCII)
_NUMBER = {
    "iso": re.compile(r"-?\d{1,15}(\.\d{1,10})?", re.ASCII),
    "nl": re.compile(r"-?\d{1,15}(,\d{1,10})?", re.ASCII),
}
_NEGATIVE = re.compile(r"-[\d.,]*", re.ASCII)

#: A column in which this share of at least this many nine-digit numbers passes the 11-proef holds BSNs, whatever its
#: name: one in eleven would by chance.
SUSPECT_SHARE, SUSPECT_FROM = 0.9, 8


def to_date(text: str, date_format: str) -> str | None:
    """Return an ISO date, or None when the text is no real day between 1900 and 2199 in the agreed notation."""
    match = (_NL_DATE if date_format == "nl" else _ISO_DATE).fullmatch(text)
    if not match:
        return None
    try:
        day = date(int(match["j"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return day.isoformat() if FIRST_YEAR <= day.year <= LAST_YEAR else None


def to_timestamp(text: str, date_format: str) -> str | None:
    """Return `JJJJ-MM-DD UU:MM:SS`, or None; the date as agreed, then a space (or, for ISO, a T) and the time."""
    if len(text) < 11 or text[10] not in (" " if date_format == "nl" else " T"):
        return None
    day, clock = to_date(text[:10], date_format), text[11:]
    if day is None or not _TIME.fullmatch(clock):
        return None
    try:
        return f"{day} {time.fromisoformat(clock).isoformat()}"
    except ValueError:
        return None


def to_integer(text: str) -> str | None:
    """Return the digits of a whole number that fits PostgreSQL's integer, or None."""
    if not _INTEGER.fullmatch(text) or abs(int(text)) > _INT4_MAX:
        return None
    return str(int(text))


def to_number(text: str, date_format: str) -> str | None:
    """Return a decimal number with a point, or None; feeds with Dutch dates have a decimal comma."""
    return text.replace(",", ".") if _NUMBER[date_format].fullmatch(text) else None


def neutralise(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would execute (deliveries, «formulas in CSV cells»)."""
    if text[0] in "=+@\t" or (text[0] == "-" and not _NEGATIVE.fullmatch(text)):
        return f"'{text}"
    return text


#: Columns in which nine digits may well be a number of the supplier's own; the same in every feed, so that numbers
#: that refer to one another are treated alike.
_IDENTIFIER = re.compile(r".*nummer|.*_id|identificatie|locatiecode|contingent")


def is_identifier(column: Column) -> bool:
    """Whether nine digits in a column may well be something else than a BSN."""
    return _IDENTIFIER.fullmatch(column.name) is not None


@dataclass
class Profile:
    """What must be known of a whole file before its first row is stored: which numbers in it are BSNs."""

    bsns: set[str] = field(default_factory=set)
    suspects: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    """Numbers in tables without a bsn column that could be a BSN; whether they are, the warehouse may know."""
    rows: int = 0

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Profile:
        """Go through a file once. Raises whatever its reader raises."""
        profile = cls()
        seen: dict[str, list[int]] = {}
        for block in blocks:
            profile.rows += len(block)
            delivered = {text.strip() for text in block.cells.get("bsn", ())}
            profile.bsns.update(filter(is_bsn, delivered - profile.bsns))
            for column in block.table.stored_columns:
                if column.name not in block.cells or column.logical_type != "string" or not is_identifier(column):
                    continue
                texts = {text.strip() for text in block.cells[column.name]}
                numbers = {text for text in texts if len(text) == 9 and NINE_DIGITS.fullmatch(text)}
                passing = set(filter(is_bsn, numbers))
                counts = seen.setdefault(f"{block.table.name}.{column.name}", [0, 0])
                counts[0] += len(numbers)
                counts[1] += len(passing)
                if "bsn" not in block.cells:
                    profile.possible |= passing
        profile.suspects = {
            name for name, (n, passing) in seen.items() if n >= SUSPECT_FROM and passing >= SUSPECT_SHARE * n
        }
        return profile


@dataclass(frozen=True)
class Converter:
    """Turns the blocks of one file into rows for COPY, in the order of `columns`."""

    contract: Contract
    supplier: str
    pseudonymiser: Pseudonymiser
    profile: Profile

    @staticmethod
    def columns(table: Table) -> list[str]:
        """Return the columns of a raw table, as architecture.md lists them."""
        person = ["persoon_sleutel", "koppelzekerheid", "client_sleutel"] if table.identifies_person else []
        return ["levering_id", "rij_nr", *person, *(column.name for column in table.stored_columns), "gebreken"]

    def rows(self, levering_id: int, block: Block) -> Iterator[tuple[object, ...]]:
        """Yield a block's rows."""
        defects = {index: list(found) for index, found in block.defects.items()}
        columns: list[Iterable[object]] = [repeat(levering_id, len(block)), block.row_numbers]
        if block.table.identifies_person:
            columns += self._persons(block, defects)
        failed = {index for index, found in defects.items() if "bsn:elfproef" in found}
        for column in block.table.stored_columns:
            columns.append(self._column(column, block, defects, failed))
        columns.append([" ".join(defects[index]) if index in defects else None for index in range(len(block))])
        yield from zip(*columns, strict=True)

    def _persons(self, block: Block, defects: dict[int, list[str]]) -> list[list[str | None]]:
        size = len(block)
        bsns = [text.strip() for text in block.cells.get("bsn", repeat("", size))]
        clients = [text.strip() for text in block.cells.get("clientnummer", repeat("", size))]
        persons = {bsn: self.pseudonymiser.person(bsn) for bsn in self.profile.bsns.intersection(bsns)}
        known = {number: self.pseudonymiser.client(self.supplier, number) for number in set(clients) if number}
        keys: list[str | None] = []
        certainty: list[str | None] = []
        for index, (bsn, client) in enumerate(zip(bsns, clients, strict=True)):
            if bsn in persons:
                keys.append(persons[bsn])
                certainty.append(HOOG)
            elif bsn:
                # Not a person we can name, and not one to guess at either: the row is quarantined.
                defects.setdefault(index, []).append("bsn:elfproef")
                keys.append(None)
                certainty.append(None)
            else:
                keys.append(known.get(client))
                certainty.append(LAAG if client else None)
        return [keys, certainty, [known.get(client) for client in clients]]

    def _column(
        self, column: Column, block: Block, defects: dict[int, list[str]], failed: set[int]
    ) -> Iterable[str | None]:
        texts = block.cells.get(column.name)
        if texts is None:
            return repeat(None, len(block))
        convert = self._conversion(column, block.table)
        results: dict[str, Cell] = {text: convert(text.strip().replace("\x00", "")) for text in set(texts)}
        values = [results[text][0] for text in texts]
        if any(defect for _, defect in results.values()):
            for index, text in enumerate(texts):
                if defect := results[text][1]:
                    defects.setdefault(index, []).append(defect)
        if failed and column.logical_type == "string" and is_identifier(column):
            # A row whose BSN is wrong may have its cells shifted: there, a number that could be a BSN is taken for one.
            for index in failed:
                masked = self.pseudonymiser.mask(values[index] or "")
                if masked != (values[index] or ""):
                    values[index] = masked
                    defects[index].append(f"privacy:{column.name}")
        return values

    def _conversion(self, column: Column, table: Table) -> Callable[[str], Cell]:
        form, kind = self.contract.date_format, column.logical_type
        if kind == "string":
            return self._string(column, table)
        conversions: dict[str, tuple[str, Callable[[str], str | None]]] = {
            "date": ("datum", lambda text: to_date(text, form)),
            "timestamp": ("tijd", lambda text: to_timestamp(text, form)),
            "integer": ("getal", to_integer),
            "number": ("getal", lambda text: to_number(text, form)),
        }
        defect, conversion = conversions[kind]

        def convert(text: str) -> Cell:
            if not text:
                return None, None
            value = conversion(text)
            if value is None:
                return None, f"{defect}:{column.name}"
            if kind in {"integer", "number"} and is_bsn(value.removeprefix("-").partition(".")[0]):
                return None, f"privacy:{column.name}"
            return value, None

        return convert

    def _string(self, column: Column, table: Table) -> Callable[[str], Cell]:
        identifier = is_identifier(column)
        suspect = f"{table.name}.{column.name}" in self.profile.suspects

        def is_hidden(digits: str) -> bool:
            return digits in self.profile.bsns or ((suspect or not identifier) and is_bsn(digits))

        def convert(text: str) -> Cell:
            if not text:
                return None, None
            found = []
            safe = neutralise(text)
            if safe != text:
                found.append(f"formule:{column.name}")
            if len(safe) >= 9:
                masked = self.pseudonymiser.mask(safe, is_hidden, spaced=not identifier)
                if masked != safe:
                    found.append(f"privacy:{column.name}")
                    safe = masked
            return safe, " ".join(found) or None

        return convert
