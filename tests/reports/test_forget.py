"""Findings on somebody forgotten go from the workbooks of earlier reports and from kept mail; the rest stays."""

from __future__ import annotations

import email
import email.policy
import io
from email.message import EmailMessage
from pathlib import Path

from openpyxl import load_workbook
from xlsxwriter import Workbook

from reports import forget
from reports.workbook import COLUMNS


def _workbook(path: Path, keys: list[str]) -> bytes:
    with Workbook(str(path)) as book:
        for name in ("Bevindingen", "Opgelost"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, [title for title, _, _ in COLUMNS])
            for line, key in enumerate(keys, start=1):
                sheet.write_row(line, 0, [f"{column} van {key}" for _, column, _ in COLUMNS[:-1]] + [key])
        book.add_worksheet("Toelichting").write_row(0, 0, ["Record", "Uw eigen nummer."])
    return path.read_bytes()


def _keys(data: bytes) -> list[list[str]]:
    book = load_workbook(io.BytesIO(data))
    return [[str(row[-1]) for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book.worksheets[:2]]


def test_rows_about_the_person_go_and_nothing_else(tmp_path: Path) -> None:
    week = tmp_path / "2021-02-01"
    week.mkdir()
    data = _workbook(week / "bevindingen_sdd.xlsx", ["k1", "k2", "k3"])
    other = _workbook(tmp_path / "bevindingen_vggm.xlsx", ["k4"])
    message = EmailMessage()
    message["Subject"] = "Leveringen week 5"
    message.set_content("Drie bevindingen.")
    message.add_attachment("<p>drie</p>", subtype="html", filename="leverancier_sdd.html")
    message.add_attachment(
        data,
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename="bevindingen_sdd.xlsx",
    )
    (week / "leverancier_sdd.eml").write_bytes(message.as_bytes())
    (tmp_path / "kapot.xlsx").write_bytes(b"geen werkmap")

    assert forget.find(tmp_path, {"k2", "k9"}) == 4
    assert forget.erase(tmp_path, {"k2", "k9"}) == {
        week / "bevindingen_sdd.xlsx": 2,
        week / "leverancier_sdd.eml": 2,
    }
    assert _keys((week / "bevindingen_sdd.xlsx").read_bytes()) == [["k1", "k3"], ["k1", "k3"]]
    kept = email.message_from_bytes((week / "leverancier_sdd.eml").read_bytes(), policy=email.policy.default)
    page, sheet = kept.iter_attachments()
    assert (kept["Subject"], page.get_content().strip()) == ("Leveringen week 5", "<p>drie</p>")
    assert sheet.get_filename() == "bevindingen_sdd.xlsx"
    assert _keys(sheet.get_content()) == [["k1", "k3"], ["k1", "k3"]]
    assert b"record van k2" not in sheet.get_content()
    assert (tmp_path / "bevindingen_vggm.xlsx").read_bytes() == other
    assert forget.find(tmp_path, {"k2"}) == 0
