"""The delivery guide a supplier reads, `docs/leveringen.md`, in Dutch, written from the contracts.

`python -m extracts.delivery_guide` rewrites it; a test holds the two together.
"""

from __future__ import annotations

import re
from pathlib import Path

from extracts.contract import Column, Contract, Table, load_contracts

TARGET = Path(__file__).parent.parent / "docs/leveringen.md"

INTRODUCTION = """\
# Leveringen: wat leveranciers aanleveren

Geschreven uit de contracten in `extracts/contracts` met `python -m extracts.delivery_guide`; wijzig het contract,
niet deze pagina.

Een drop heeft per leverancier een map: `sdd/`, `vggm/`, `zorgaanbieders/<AGB>/`, `corporaties/<L-nummer>/`. De
datum in de bestandsnaam is de leverdatum. CSV: puntkomma, kopregel, lege cel is ontbrekend; kolommen mogen in
iedere volgorde staan, een onbekende extra kolom wordt gemeld, een ontbrekende verplichte kolom weigert het bestand.
Een rij die een blokkerende regel breekt gaat in quarantaine, de andere rijen tellen mee. BSN en cliëntnummer worden
alleen als pseudoniem bewaard.
"""

SUPPLIERS = {"sdd": "SDD", "vggm": "VGGM", "zorgaanbieders": "Zorgaanbieders", "corporaties": "Corporaties"}
DELIVERY = {"momentopname": "volledige momentopname", "mutaties": "mutaties", "berichten": "berichten"}
FREQUENCY = {"nacht": "iedere nacht", "maand": "iedere maand", "wijziging": "bij wijziging", "doorlopend": "doorlopend"}
TYPES = {"string": "tekst", "date": "datum", "timestamp": "datum en tijd", "integer": "geheel getal", "number": "getal"}


def file_name(contract: Contract) -> str:
    """The pattern of a feed's file name as a person writes it: `sdd_indicaties_JJJJMMDD.csv`."""
    name = contract.pattern.pattern.replace(r"(?P<leverdatum>\d{8})", "JJJJMMDD")
    return re.sub(r"\(\?P<volgnr>[^)]*\)", "<volgnr>", name).replace("\\.", ".")


def form_of(contract: Contract) -> str:
    """What kind of file a feed is, in words."""
    if contract.form == "csv":
        dates = "DD-MM-JJJJ" if contract.date_format == "nl" else "JJJJ-MM-DD"
        encoding = "Windows-1252" if contract.encoding == "cp1252" else "UTF-8"
        return f"CSV, {encoding}, datums {dates}"
    return {"iwmo": "iWmo-bericht (XML)", "xlsx": "Excel-werkmap"}[contract.form]


def _row(column: Column) -> str:
    codes = ", ".join(column.codes)
    required = "ja" if column.required else ""
    return f"| `{column.name}` | {TYPES[column.logical_type]} | {required} | {column.description} | {codes} |"


def _table(table: Table) -> list[str]:
    lines = [f"\n### Werkblad {table.sheet}" if table.sheet else "", table.description, ""]
    lines += ["| kolom | soort | verplicht | betekenis | waarden |", "|---|---|---|---|---|"]
    lines += [_row(column) for column in table.columns]
    if table.rules:
        lines += ["", "| regel | ernst | wat er mis is |", "|---|---|---|"]
        lines += [f"| `{r['name']}` | {r['severity']} | {' '.join(r['description'].split())} |" for r in table.rules]
    return lines


def render() -> str:
    """The guide as Markdown: one chapter per kind of supplier, one paragraph per feed, one table row per column."""
    lines = [INTRODUCTION]
    for kind, title in SUPPLIERS.items():
        lines.append(f"## {title}")
        for contract in load_contracts().values():
            if contract.supplier_kind == kind:
                lines += [
                    f"\n### {contract.title}: `{file_name(contract)}`\n",
                    f"{form_of(contract)}; {DELIVERY[contract.delivery]}, {FREQUENCY[contract.frequency]}. "
                    f"{' '.join(contract.description.split())}\n",
                ]
                for table in contract.tables:
                    lines += _table(table)
        lines.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
