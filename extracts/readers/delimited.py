"""CSV as deliveries.md describes it: `;`, a header row, RFC 4180 quoting, UTF-8 or Windows-1252."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from extracts.contract import Contract, Table
from extracts.readers.base import BLOCK_ROWS, Block, Geweigerd, Reading, match_header, single_table

_STEP = 1 << 20

#: Names of the encodings as a supplier knows them.
_NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}


def _decodes(data: bytes, encoding: str) -> bool:
    """Whether all bytes are valid in an encoding, without holding a second copy of the file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _STEP):
            decoder.decode(view[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def check_encoding(data: bytes, encoding: str) -> None:
    """Raise Geweigerd when the bytes are not text in the agreed encoding (deliveries, «wrong encoding»).

    Windows-1252 accepts nearly any byte, so a file for it is also refused when its special characters are valid
    UTF-8: two of those side by side do not occur in Dutch text by accident.
    """
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise Geweigerd("Het bestand is leeg.")
    expected = _NAMES[encoding]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Geweigerd(f"De codering is UTF-16; afgesproken is {expected}.")
    if b"\x00" in data:
        raise Geweigerd("Het bestand bevat nul-bytes en is geen leesbare tekst.")
    if not _decodes(data, encoding):
        raise Geweigerd(f"De codering klopt niet: het bestand bevat tekens die geen {expected} zijn.")
    if encoding == "cp1252" and (data.startswith(codecs.BOM_UTF8) or (not data.isascii() and _decodes(data, "utf-8"))):
        raise Geweigerd("De codering is UTF-8; afgesproken is Windows-1252.")


def _records(data: bytes, encoding: str) -> Iterator[list[str]]:
    text = io.TextIOWrapper(
        io.BytesIO(data), encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="", errors="strict"
    )
    reader = csv.reader(text, delimiter=";", strict=True)
    try:
        yield from reader
    except csv.Error:
        # The error's own text is not passed on: it is English, and says nothing more than the line.
        raise Geweigerd(
            f"De aanhalingstekens kloppen niet: rond regel {reader.line_num} is een veld niet goed afgesloten."
        ) from None


def _blocks(data: bytes, encoding: str, table: Table, positions: dict[str, int], width: int) -> Iterator[Block]:
    rows: list[list[str]] = []
    block = Block(table)
    nothing = [""] * width

    def filled() -> Block:
        block.cells = {name: [row[index] for row in rows] for name, index in positions.items()}
        return block

    records = _records(data, encoding)
    next(records)
    for number, record in enumerate(records, start=2):
        if not record:
            continue  # an empty line is no row, but a spreadsheet counts it
        row = record
        if len(record) != width:
            # Cells may have moved to another column, a BSN into a text say: of such a row no cell is kept.
            block.defects[len(rows)] = ["velden"]
            row = nothing
        rows.append(row)
        block.row_numbers.append(number)
        if len(rows) == BLOCK_ROWS:
            yield filled()
            rows, block = [], Block(table)
    if rows:
        yield filled()


def read(data: bytes, contract: Contract) -> Reading:
    """Read one CSV file; rows are numbered as a spreadsheet does, the first under the header is 2.

    Raises Geweigerd for another encoding, no content, unbalanced quotes, a missing or doubled column.
    """
    check_encoding(data, contract.encoding)
    table = single_table(contract)
    header = next(_records(data, contract.encoding), [])
    if len(header) == 1 and any(separator in header[0] for separator in ",\t|"):
        raise Geweigerd("De kolommen zijn niet met een puntkomma (;) gescheiden.")
    positions, signals = match_header(header, table.columns, "Het bestand")
    width = len(header)
    return Reading(lambda: _blocks(data, contract.encoding, table, positions, width), signals)
