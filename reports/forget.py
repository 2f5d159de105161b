"""Take findings on people who are forgotten out of the workbooks that were written before, also out of sent mail.

A page holds counts only; a workbook lists findings with the supplier's own record numbers. Sent is sent: what the
supplier has of it are its own numbers, and its own to erase.
"""

from __future__ import annotations

import email
import email.policy
import io
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook

from reports.workbook import COLUMNS

_KEY = [key for _, key, _ in COLUMNS].index("sleutel")


def erase(folder: Path, keys: set[str]) -> dict[Path, int]:
    """Remove the rows of these findings from every workbook in a folder; returns how many rows per file.

    Such a file is written again; nothing else in it changes.
    """
    return {path: rows for path, rows in _each(folder, keys, write=True) if rows}


def find(folder: Path, keys: set[str]) -> int:
    """Return how many rows `erase` would remove."""
    return sum(rows for _, rows in _each(folder, keys, write=False))


def _each(folder: Path, keys: set[str], *, write: bool) -> Iterator[tuple[Path, int]]:
    if not keys:
        return
    for path in sorted(folder.rglob("*.xlsx")):
        rows, data = _without(path.read_bytes(), keys)
        if rows and write:
            _replace(path, data)
        yield path, rows
    for path in sorted(folder.rglob("*.eml")):
        rows, data = _mail_without(path.read_bytes(), keys)
        if rows and write:
            _replace(path, data)
        yield path, rows


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(data)
    draft.replace(path)


def _without(data: bytes, keys: set[str]) -> tuple[int, bytes]:
    """Return how many rows of a workbook are about these findings, and the workbook without them."""
    try:
        book = load_workbook(io.BytesIO(data))
    except (BadZipFile, KeyError, ValueError):  # not one of ours
        return 0, data
    removed, wanted = 0, {(key,) for key in keys}
    for sheet in book.worksheets:
        found = [
            line
            for line, row in enumerate(sheet.iter_rows(values_only=True), start=1)
            if row[_KEY : _KEY + 1] in wanted
        ]
        for line in reversed(found):
            sheet.delete_rows(line)
        removed += len(found)
    target = io.BytesIO()
    if removed:
        book.save(target)
    return removed, target.getvalue()


def _mail_without(data: bytes, keys: set[str]) -> tuple[int, bytes]:
    message = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    removed = 0
    for part in message.iter_attachments():
        if not (part.get_filename() or "").endswith(".xlsx"):
            continue
        rows, kept = _without(part.get_content(), keys)
        if rows:
            removed += rows
            kind, _, subtype = part.get_content_type().partition("/")
            part.set_content(kept, maintype=kind, subtype=subtype, filename=part.get_filename())
    return removed, message.as_bytes() if removed else data
