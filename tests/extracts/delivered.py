"""Real files to put in a drop, and a night to run on it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from stdnum.nl import bsn as stdnum_bsn

from extracts.contract import load_contracts
from extracts.take_in import begin_night, take_in, work_units

#: Test BSNs: the official range 999900006–999999990, passing the 11-proef.
BSNS = [str(n) for n in range(999900006, 999904000) if stdnum_bsn.is_valid(str(n))]
AGB = "42420001"
CORPORATION = "L0123"

CODES = {"wmo301": "414", "wmo305": "418", "wmo307": "420"}
RECORDS = {"wmo301": "ToegewezenProduct", "wmo305": "StartProduct", "wmo307": "StopProduct"}

_BODIES = {
    "wmo301": "<{p}Toewijzingsdatum>2018-01-02</{p}Toewijzingsdatum><{p}Toewijzingstijd>10:00:00</{p}Toewijzingstijd>"
    "<{p}Ingangsdatum>2018-02-01</{p}Ingangsdatum>",
    "wmo305": "<{p}ToewijzingIngangsdatum>2018-02-01</{p}ToewijzingIngangsdatum>"
    "<{p}Begindatum>2018-02-03</{p}Begindatum>",
    "wmo307": "<{p}Begindatum>2018-02-03</{p}Begindatum><{p}RedenBeeindiging>19</{p}RedenBeeindiging>"
    "<{p}Einddatum>2018-12-31</{p}Einddatum>",
}


def table_text(feed: str, rows: list[dict[str, str]], *, extra: dict[str, str] | None = None) -> str:
    """CSV text of a feed: every contract column, '' where a row says nothing, `extra` columns behind."""
    (table,) = load_contracts()[feed].tables
    names = [column.name for column in table.columns] + list(extra or {})
    lines = [";".join(names)] + [";".join({**(extra or {}), **row}.get(name, "") for name in names) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def message(
    feed: str,
    *,
    version: tuple[int, int] = (3, 2),
    bsns: list[str] | None = None,
    number: str = "100001",
    product: str = "15Z03",
    header_version: tuple[int, int] | None = None,
    code: str | None = None,
    namespace: str | None = None,
    afzender: str = "0202",
    client_extra: str = "",
    record_extra: str = "",
    birth: str = "<b:Datum>1980-05-06</b:Datum>",
) -> str:
    """An iWmo message with one record per BSN, in the structure of its version's family."""
    major, minor = version
    family_2 = major < 3
    tail = f"/{major}_{minor}" if family_2 else ""
    space = namespace or f"http://www.istandaarden.nl/iwmo/{major}_{minor}/{feed}/schema{tail}"
    stated = header_version or version
    from_provider = feed != "wmo301"
    status = "<m:StatusAanlevering>1</m:StatusAanlevering>" if from_provider else ""
    provider = f"<m:Aanbieder>{AGB}</m:Aanbieder>" if family_2 else ""
    dated = _BODIES[feed].format(p="m:")
    # In 2.1 the provider stands after the product in a 301, after the Begindatum in 305 and 307.
    dated = dated.replace("</m:Begindatum>", f"</m:Begindatum>{provider}") if from_provider else provider + dated
    record = (
        f"<m:{RECORDS[feed]}><m:ToewijzingNummer>{number}</m:ToewijzingNummer>"
        f"<m:Product><b:Categorie>15</b:Categorie><b:Code>{product}</b:Code></m:Product>"
        f"{dated}{record_extra}{status}</m:{RECORDS[feed]}>"
    )
    container = {"wmo301": "ToegewezenProducten", "wmo305": "StartProducten", "wmo307": "StopProducten"}[feed]
    group = f"<m:{container}>{record}</m:{container}>"
    if feed == "wmo301" and family_2:
        group = (
            "<m:Beschikking><m:BeschikkingNummer>7</m:BeschikkingNummer><m:Ingangsdatum>2017-01-01</m:Ingangsdatum>"
            "<m:BeschiktProducten><m:BeschiktProduct><m:Product><b:Categorie>15</b:Categorie><b:Code>ANDER</b:Code>"
            f"</m:Product></m:BeschiktProduct></m:BeschiktProducten>{group}</m:Beschikking>"
        )
    clients = "".join(
        f"<m:Client><m:Bsn>{bsn}</m:Bsn><m:Geboortedatum>{birth}</m:Geboortedatum><m:Geslacht>1</m:Geslacht>"
        f"<m:Naam><b:Geslachtsnaam><b:Achternaam>Geheim</b:Achternaam></b:Geslachtsnaam></m:Naam>{client_extra}"
        f"{'<m:StatusAanlevering>1</m:StatusAanlevering>' if family_2 and from_provider else ''}{group}</m:Client>"
        for bsn in (bsns or [BSNS[0]])
    )
    body = f"<m:Clienten>{clients}</m:Clienten>" if family_2 else clients
    xsd = "<b:BasisschemaXsdVersie>1.0.0</b:BasisschemaXsdVersie><b:BerichtXsdVersie>1.0.0</b:BerichtXsdVersie>"
    xsd = "" if family_2 else f"<m:XsdVersie>{xsd}</m:XsdVersie>"
    surname = "Naam" if family_2 else "Achternaam"
    body = body.replace("b:Achternaam>", f"b:{surname}>")
    sender, receiver = (AGB, afzender) if from_provider else (afzender, AGB)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<m:Bericht xmlns:m="{space}" '
        f'xmlns:b="http://www.istandaarden.nl/iwmo/{major}_{minor}/basisschema/schema{tail}">'
        f"<m:Header><m:BerichtCode>{code or CODES[feed]}</m:BerichtCode><m:BerichtVersie>{stated[0]}</m:BerichtVersie>"
        f"<m:BerichtSubversie>{stated[1]}</m:BerichtSubversie><m:Afzender>{sender}</m:Afzender>"
        f"<m:Ontvanger>{receiver}</m:Ontvanger><m:BerichtIdentificatie><b:Identificatie>4711</b:Identificatie>"
        f"<b:Dagtekening>2018-02-05</b:Dagtekening></m:BerichtIdentificatie>{xsd}</m:Header>{body}</m:Bericht>"
    )


def zipped(files: dict[str, bytes | str]) -> bytes:
    """A zip file of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook_bytes(sheets: dict[str, list[list[Any]]] | None = None, **changes: list[list[Any]]) -> bytes:
    """A `woningen` workbook: the contract's sheets with their header, `changes` holds rows per sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "remove_timezone": True})
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    filled = sheets or {
        str(table.sheet): [[column.name for column in table.columns], *changes.get(table.name, [])]
        for table in load_contracts()["woningen"].tables
    }
    for name, rows in filled.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, index, value, day)
                elif isinstance(value, str) and value.startswith("=="):
                    sheet.write_formula(number, index, value[1:], None, "berekend")
                elif isinstance(value, str):
                    sheet.write_string(number, index, value)
                elif value is not None:
                    sheet.write(number, index, value)
    book.close()
    return buffer.getvalue()


@dataclass
class Night:
    """A local drop, and nights run on it."""

    root: Path
    url: str = ""
    results: list[dict[str, Any]] = field(default_factory=list)

    def put(self, path: str, content: bytes | str, encoding: str = "utf-8") -> Path:
        """Deliver a file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return target

    def run(self, datum: str = "2021-06-30") -> list[dict[str, Any]]:
        """Take in everything due, as a night does, and return the results per unit."""
        begin_night(datum, self.url or str(self.root))
        self.results = [
            take_in(unit) for kind in ("sdd", "vggm", "zorgaanbieders", "corporaties") for unit in work_units(kind)
        ]
        return self.results
