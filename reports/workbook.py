"""The list of findings of one supplier as an Excel workbook, with the supplier's own record numbers.

Every text is written as text: a number that begins with `=` is no formula, and one with leading zeros keeps them.
No BSN, name or birth date: the warehouse has none to give.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports import findings
from reports.findings import Moments
from reports.page import long_date, number

#: Excel ends at 1,048,576 rows and people long before; what is left out is said on the first sheet.
MAX_ROWS = 100_000

#: Column, key in `findings.listing`, width in characters.
COLUMNS = (
    ("Regel", "regel_id", 30),
    ("Ernst", "ernst", 12),
    ("Wat is er mis", "omschrijving", 52),
    ("Herstel", "herstel", 60),
    ("Feed", "feed", 18),
    ("Bestand", "bestand", 44),
    ("Rij", "rij_nr", 8),
    ("Record", "record", 24),
    ("Status", "status", 14),
    ("Eerst gezien", "eerst_gezien", 14),
    ("Kenmerk", "sleutel", 24),
)


def write_findings(path: Path, connection: psycopg.Connection, supplier: str, name: str, moments: Moments) -> int:
    """Write the workbook of one supplier; returns how many findings stand in it as open or accepted.

    Sheets: `Bevindingen` (what stands), `Opgelost` (since the report before), `Toelichting`.
    """
    rows = findings.listing(connection, supplier, moments)
    standing = [row for row in rows if row["status"] != "opgelost"]
    solved = [row for row in rows if row["status"] == "opgelost"]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    with Workbook(str(draft), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"Bevindingen {name}", "author": "Doorstroom", "company": ""})
        _sheet(book, "Bevindingen", standing[:MAX_ROWS])
        _sheet(book, "Opgelost", solved[:MAX_ROWS])
        _explain(book, name, moments, len(standing), len(solved))
    draft.replace(path)
    return len(standing)


def _formats(book: Workbook) -> dict[str, Format]:
    body = {"valign": "top", "text_wrap": True}
    return {
        "head": book.add_format({"bold": True, "bg_color": "#00568B", "font_color": "#FFFFFF", "valign": "vcenter"}),
        "text": book.add_format(body),
        "date": book.add_format({**body, "num_format": "dd-mm-yyyy", "align": "left"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }


def _sheet(book: Workbook, name: str, rows: list[dict[str, Any]]) -> None:
    sheet: Worksheet = book.add_worksheet(name)
    formats = _formats(book)
    for index, (title, _, width) in enumerate(COLUMNS):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, title, formats["head"])
    sheet.set_row(0, 22)
    for line, row in enumerate(rows, start=1):
        for index, (_, key, _) in enumerate(COLUMNS):
            value = row[key]
            if value is None:
                sheet.write_blank(line, index, None, formats["text"])
            elif isinstance(value, date):
                sheet.write_datetime(line, index, value, formats["date"])
            elif isinstance(value, int):
                sheet.write_number(line, index, value, formats["text"])
            else:
                sheet.write_string(line, index, str(value), formats["text"])
    if not rows:
        sheet.write_string(1, 0, "Geen.", formats["text"])
    sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&RBlad &P van &N")


def _explain(book: Workbook, name: str, moments: Moments, standing: int, solved: int) -> None:
    sheet: Worksheet = book.add_worksheet("Toelichting")
    formats = _formats(book)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, f"Bevindingen in de leveringen van {name}", formats["title"])
    since = long_date(moments.voor) if moments.voor else "eerste rapport"
    lines = [
        ("Stand na de nacht van", long_date(moments.peil)),
        ("Vergeleken met", since),
        ("Bevindingen", f"{number(standing)}, waarvan hier {number(min(standing, MAX_ROWS))}"),
        ("Opgelost", number(solved)),
        ("Record", "Uw eigen nummer van het record, zoals u het leverde."),
        (
            "Bestand en rij",
            "Waar het in uw laatste levering staat; rij 2 is de eerste rij onder de kop. "
            "Leeg als de regel gegevens van verschillende leveranciers vergelijkt of over het hele bestand gaat.",
        ),
        ("Kenmerk", "Noem dit als u vragen heeft of een bevinding wilt laten accepteren."),
        ("blokkerend", "De rij telt niet mee in de cijfers tot zij hersteld is (quarantaine)."),
        ("fout", "De rij telt mee, maar de cijfers kloppen daardoor mogelijk niet."),
        ("signaal", "Opvallend; kijk of het klopt."),
        ("nieuw", "Stond niet in het vorige rapport."),
        ("teruggekeerd", "Was opgelost en is er weer."),
        ("open", "Stond al in het vorige rapport."),
        ("geaccepteerd", "Hoeft niet hersteld; de coördinator heeft de reden vastgelegd."),
    ]
    for line, (what, told) in enumerate(lines, start=2):
        sheet.write_string(line, 0, what, formats["text"])
        sheet.write_string(line, 1, told, formats["text"])
