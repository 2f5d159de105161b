"""Excel workbooks (.xlsx): values only; formulas, macros, links and entities are never evaluated."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook

from extracts.contract import Column, Contract, Table
from extracts.readers.archive import open_archive
from extracts.readers.base import BLOCK_ROWS, Block, Geweigerd, Reading, Signaal, match_header, normalise

#: Widest header row we look at; a stray cell in column XFD must not make every row 16,384 cells wide.
MAX_COLUMNS = 256

#: Columns whose numbers are codes of a fixed length: Excel takes their leading zeros away (deliveries, Corporaties).
_AGB_DIGITS, _BSN_DIGITS, _GEMEENTE_DIGITS = 8, 9, 4

_OLE = b"\xd0\xcf\x11\xe0"
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def _refuse_doctype(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook whose XML declares a document type: Excel never writes one, entity bombs need one."""
    for info in archive.infolist():
        if not info.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(info)
        if b"\x00" in content[:200] or _DOCTYPE.search(content):
            raise Geweigerd("De werkmap bevat XML-declaraties die in een Excelbestand niet horen.")


def _text(value: Any) -> str:
    """Return a cell as the text a supplier would have typed: dates as ISO, whole numbers without a decimal part."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    return str(value)


def _restored(column: Column, text: str) -> tuple[str, bool]:
    """Give a code back the leading zeros Excel took; the second value tells whether a BSN was restored."""
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit()):
        return text, False
    if column.name == "bsn" and len(stripped) in {_BSN_DIGITS - 1, _BSN_DIGITS - 2}:
        return stripped.zfill(_BSN_DIGITS), True
    if column.lookup == "gemeente" or column.name.startswith("gemeente"):
        return stripped.zfill(_GEMEENTE_DIGITS), False
    if column.name.endswith("agb"):
        return stripped.zfill(_AGB_DIGITS), False
    return text, False


@contextmanager
def _opened(data: bytes) -> Iterator[Workbook]:
    """Open a workbook for streaming: values as Excel last saved them, no links to other files."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()


def _rows(book: Workbook, sheet: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a sheet as it is named in the file, streaming."""
    worksheet = book[sheet]
    worksheet.reset_dimensions()  # the declared size is only the writer's word
    yield from worksheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)


def _blocks(data: bytes, plan: list[tuple[Table, str, dict[str, int]]]) -> Iterator[Block]:
    with _opened(data) as book:
        for table, sheet, positions in plan:
            yield from _sheet(book, table, sheet, positions)


def _sheet(book: Workbook, table: Table, sheet: str, positions: dict[str, int]) -> Iterator[Block]:
    columns = {column.name: column for column in table.columns}
    block = Block(table, cells={name: [] for name in positions})
    rows = _rows(book, sheet)
    next(rows, None)
    for number, row in enumerate(rows, start=2):
        if all(value is None or value == "" for value in row):
            continue  # Excel keeps rows that were emptied
        for name, index in positions.items():
            text, flagged = _restored(columns[name], _text(row[index]) if index < len(row) else "")
            block.cells[name].append(text)
            if flagged:
                block.defects[len(block.row_numbers)] = ["bsn:voorloopnul"]
        block.row_numbers.append(number)
        if len(block) == BLOCK_ROWS:
            yield block
            block = Block(table, cells={name: [] for name in positions})
    if len(block):
        yield block


def _headers(book: Workbook, sheet: str) -> list[str]:
    headers = [_text(value) for value in next(_rows(book, sheet), ())]
    while headers and not headers[-1].strip():
        headers.pop()
    return headers


def read(data: bytes, contract: Contract) -> Reading:
    """Read the sheets the contract names; rows are numbered as Excel does.

    Raises Geweigerd for anything that is no plain .xlsx, a missing sheet, a missing or doubled column.
    """
    if not data:
        raise Geweigerd("Het bestand is leeg.")
    if data.startswith(_OLE):
        raise Geweigerd("Het bestand is een oude .xls of met een wachtwoord beveiligd; lever een gewone .xlsx.")
    archive = open_archive(data, "Excelbestand")
    if "[Content_Types].xml" not in archive.namelist():
        raise Geweigerd("Het bestand is geen Excelwerkmap (.xlsx).")
    _refuse_doctype(archive)
    archive.close()
    try:
        with _opened(data) as book:
            sheets = {normalise(name): name for name in book.sheetnames}
            found = {name: _headers(book, name) for name in sheets.values()}
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise Geweigerd(f"De Excelwerkmap is beschadigd ({type(error).__name__}).") from None

    missing = [str(table.sheet) for table in contract.tables if normalise(str(table.sheet)) not in sheets]
    if missing:
        raise Geweigerd(f"Het werkblad {', '.join(missing)} ontbreekt.")
    signals: list[Signaal] = []
    plan = []
    for table in contract.tables:
        name = sheets.pop(normalise(str(table.sheet)))
        positions, unknown = match_header(found[name], table.columns, f"Werkblad {table.sheet}")
        signals += unknown
        plan.append((table, name, positions))
    signals += [Signaal("onbekend_werkblad", "De werkmap heeft een werkblad dat niet is ingelezen.") for _ in sheets]
    return Reading(lambda: _blocks(data, plan), signals)
