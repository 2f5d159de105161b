"""What every reader hands over, whatever the form of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from extracts.contract import Column, Contract, Table

#: Rows per block: a file of a million rows is never in memory as rows at once.
BLOCK_ROWS = 20_000


class Geweigerd(Exception):  # noqa: N818 - the domain's own word for it
    """The file is refused as a whole; `reden` is Dutch, for the supplier, and never holds a cell's value."""

    def __init__(self, reden: str) -> None:
        super().__init__(reden)
        self.reden = reden


@dataclass(frozen=True)
class Signaal:
    """Something about the file that does not stop it: a code for the rules, a Dutch sentence for the supplier."""

    code: str
    melding: str


@dataclass
class Block:
    """Some rows of one table, as text, column by column.

    `cells` has one list per contract column that was delivered, '' where a cell is empty; `defects` has what only the
    reader could see, per index in the block.
    """

    table: Table
    row_numbers: list[int] = field(default_factory=list)
    cells: dict[str, list[str]] = field(default_factory=dict)
    defects: dict[int, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row_numbers)


@dataclass
class Reading:
    """A file whose outside is in order. `blocks()` starts from the first row each time it is called.

    Going through the blocks may still raise Geweigerd: go through all of them once before anything is stored.
    """

    blocks: Callable[[], Iterator[Block]]
    signals: list[Signaal] = field(default_factory=list)
    version: str | None = None


def normalise(header: str) -> str:
    """Return a header as the contracts write it: case, spaces and hyphens do not matter."""
    return re.sub(r"[\s_\-]+", "_", header.replace("\ufeff", "").strip()).lower()


def _shown(header: str) -> str:
    """Return a header as it may be repeated to the supplier: short, and without control characters."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", header).strip()[:40]


def match_header(headers: list[str], columns: tuple[Column, ...], place: str) -> tuple[dict[str, int], list[Signaal]]:
    """Find the contract's columns in a header row: name → position, and a signal per column we do not know.

    `place` names the file or the sheet in a message. Raises Geweigerd when a required column is missing or a
    contract column stands there twice (deliveries: columns are matched by header name, in any order).
    """
    names = [normalise(header) for header in headers]
    known = {column.name for column in columns}
    twice = sorted({name for name in names if name in known and names.count(name) > 1})
    if twice:
        raise Geweigerd(f"{place} heeft meer dan één kolom met de naam {', '.join(twice)}.")
    positions = {name: index for index, name in enumerate(names) if name in known}
    missing = [column.name for column in columns if column.name not in positions and not column.optional_header]
    if missing:
        raise Geweigerd(f"In {place[0].lower()}{place[1:]} ontbreekt de verplichte kolom {', '.join(missing)}.")
    signals = [
        Signaal(
            "onbekende_kolom", f"{place} heeft een onbekende kolom '{_shown(header)}'; die kolom is niet ingelezen."
        )
        for header, name in zip(headers, names, strict=True)
        if name and name not in known
    ]
    return positions, signals


def single_table(contract: Contract) -> Table:
    """Return the only table of a feed that is one table."""
    (table,) = contract.tables
    return table
