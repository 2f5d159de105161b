"""A drop of a few rows written by hand, for the examples that are worked out on paper."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.oracle.basics import Mart
from tests.oracle.lives import World, world_of
from tests.oracle.oracle import MARTS, compute
from tests.oracle.readers import FEEDS, SHEETS, SIGN_UP, STAY
from tests.oracle.small_lives import csv_bytes, message_xml, write_file

DAV_A, DAV_B, CG_A = "41000001", "41000002", "42000001"
ANN, BOB, CAS = "999900006", "999900018", "999900031"
Row = dict[str, Any]


def day(text: str) -> date:
    """Read an ISO date."""
    return date.fromisoformat(text)


class Paper:
    """Collects rows and writes them as files; dates are ISO texts, an empty text is a missing cell."""

    def __init__(self, folder: Path, datum: str = "2022-01-15") -> None:
        self.folder = folder
        self.datum = day(datum)
        self.tables: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self.sheets: dict[str, list[Row]] = defaultdict(list)
        self.counter = 0
        for supplier, places in ((DAV_A, "0505 0642"), (DAV_B, "0505"), (CG_A, "0202 0275")):
            for gemeente in places.split():
                self.location(supplier, gemeente, gemeente)

    def next(self) -> int:
        """Return a number not used before."""
        self.counter += 1
        return self.counter

    def location(
        self, supplier: str, code: str, gemeente: str, start: str = "1990-01-01", end: str = "", **cells: object
    ) -> None:
        """Add a location; by default its code is its gemeente. Other cells by name."""
        row = {"locatiecode": code, "gemeente": gemeente, "geldig_van": start, "geldig_tot": end} | cells
        self.tables[(f"zorgaanbieders/{supplier}", "locaties")].append(row)

    def message(
        self,
        kind: str,
        bsn: str,
        supplier: str,
        number: str,
        product: str,
        *,
        begin: str,
        end: str = "",
        reason: str = "",
        status: str = "1",
        version: str = "2.1",
        gemeente: str = "",
        delivered: str = "",
        granted: str = "",
        birth: str = "1980-05-17",
    ) -> None:
        """Write one iWmo message of one record; `granted` is the Toewijzingsdatum."""
        home = {"41": "0505", "42": "0202"}[supplier[:2]]
        record = {
            "supplier": supplier,
            "gemeente": gemeente or home,
            "delivered": day(delivered or begin),
            "bsn": bsn,
            "birth": birth,
            "number": number,
            "code": product,
            "begin": begin,
            "end": end,
            "reason": reason,
            "status": status,
            "granted": datetime.combine(day(granted or begin), datetime.min.time()),
        }
        serial = self.next()
        name = f"WMO{kind}_{record['delivered']:%Y%m%d}_{serial}.xml"
        folder = self.folder / "zorgaanbieders" / supplier
        write_file(folder, name, message_xml(kind, version, [record], str(serial)))

    def stay(
        self,
        bsn: str,
        supplier: str,
        product: str,
        first: str,
        last: str = "",
        *,
        code: str = "19",
        place: str = "",
        number: str = "",
        destination: str = "",
        version: str = "2.1",
        **cells: str,
    ) -> str:
        """Add one stay in natura: 305, 307 when it ended, and one row of verblijven. Returns its number.

        Other cells are those of the row of verblijven.
        """
        number = number or str(1000 + self.next())
        self.message("305", bsn, supplier, number, product, begin=first, version=version)
        if last:
            self.message("307", bsn, supplier, number, product, begin=first, end=last, reason=code, version=version)
        place = place or {"41": "0505", "42": "0202"}[supplier[:2]]
        self.residence(
            bsn, supplier, number, product, first=first, last=last, place=place, destination=destination, **cells
        )
        return number

    def residence(
        self,
        bsn: str,
        supplier: str,
        number: str,
        product: str,
        *,
        first: str,
        last: str = "",
        place: str = "0505",
        form: str = "ZIN",
        destination: str = "",
        client: str = "",
        **cells: str,
    ) -> None:
        """Add a row of verblijven; other cells by name."""
        self.tables[(f"zorgaanbieders/{supplier}", "verblijven")].append(
            {
                "verblijf_id": f"V{self.next():04}",
                "clientnummer": client,
                "bsn": bsn,
                "toewijzingnummer": number,
                "locatiecode": place,
                "productcode": product,
                "leveringsvorm": form,
                "eerste_dag": first,
                "laatste_dag": last,
                "bestemming": destination,
            }
            | cells
        )

    def indication(self, bsn: str, number: str, product: str, first: str, last: str = "", **cells: str) -> None:
        """Add an SDD indicatie; other cells by name."""
        row = {
            "indicatie_nummer": number,
            "bsn": bsn,
            "besluit": "toegekend",
            "productcode": product,
            "leveringsvorm": "ZIN",
            "ingangsdatum": first,
            "einddatum": last,
            "aanbieder_agb": DAV_A,
            "gemeente_herkomst": "0505",
        }
        self.tables[("sdd", "sdd_indicaties")].append(row | cells)

    def wait(self, bsn: str, *, number: str, since: str, status: str, until: str = "", reason: str = "") -> Row:
        """Return a row of a waiting list."""
        return {
            "indicatie_nummer": number,
            "bsn": bsn,
            "wachtend_sinds": since,
            "wachtstatus": status,
            "wachtend_tot": until,
            "reden_uit": reason,
        }

    def waiting_list(self, delivered: str, rows: list[Row]) -> None:
        """Write the waiting list of a day."""
        content = csv_bytes(FEEDS["sdd_wachtlijst"].columns, rows)
        write_file(self.folder / "sdd", f"sdd_wachtlijst_{day(delivered):%Y%m%d}.csv", content)

    def snapshot(self, name: str, delivered: str) -> None:
        """Write a feed of SDD as it is so far, as the delivery of a day."""
        content = csv_bytes(FEEDS[name].columns, self.tables[("sdd", name)])
        write_file(self.folder / "sdd", f"{name}_{day(delivered):%Y%m%d}.csv", content)

    def shelter(
        self,
        bsn: str,
        facility: str,
        first: str,
        last: str = "",
        *,
        supplier: str = "vggm",
        place: str = "0202",
        destination: str = "",
        applied: str = "",
        **cells: str,
    ) -> None:
        """Add a stay in the opvang with an aanmelding of its own, by default of its first day.

        Without a facility there is an aanmelding only. Other cells are the aanmelding's.
        """
        central = supplier == "vggm"
        folder = "vggm" if central else f"zorgaanbieders/{supplier}"
        number = f"A{self.next()}"
        moment = datetime.combine(day(first), datetime.min.time())

        def dated(text: str) -> date | None:
            return day(text) if text else None

        sign_up = {
            "aanmeldnummer": number,
            "bsn": bsn,
            "aanmelddatum": dated(applied or first),
            "opvangsoort": "volwassenen",
            "gemeente_historisch": place,
        }
        mutation = {"mutatiesoort": "N", "mutatietijd": moment}
        self.tables[(folder, "vggm_aanmeldingen" if central else "aanmeldingen")].append(sign_up | mutation | cells)
        if not facility:
            return
        self.tables[(folder, "vggm_verblijven" if central else "opvang")].append(
            {
                "verblijfnummer": f"N{self.next()}",
                "aanmeldnummer": number,
                "gemeente_verblijf": place,
                "voorziening": facility,
                "eerste_nacht": dated(first),
                "laatste_nacht": dated(last),
                "bestemming": destination,
            }
            | mutation
        )

    def lease(self, bsn: str, start: str, kind: str, contract: str = "", **cells: object) -> None:
        """Add a Verhuring; other cells by name."""
        row = {
            "contractnummer": contract or f"C{self.next()}",
            "bsn": bsn,
            "ingangsdatum": start,
            "contractsoort": kind,
        }
        self.sheets["Verhuringen"].append(row | cells)

    def aftercare(self, bsn: str, last: str, guarantee: str, supplier: str = DAV_A) -> None:
        """Add a nazorg row."""
        row = {"bsn": bsn, "laatste_dag": last, "meting": "6", "terugkeergarantie": guarantee}
        self.tables[(f"zorgaanbieders/{supplier}", "nazorg")].append(row)

    def marts(self) -> dict[str, Mart]:
        """Write the drop and let the oracle compute it."""
        self.write()
        return compute(self.folder, self.datum)

    def world(self) -> World:
        """Write the drop and walk its lives, for the marts of one room."""
        self.write()
        return world_of((self.datum, self.folder))

    def write(self) -> None:
        """Write the drop."""
        stamp = f"{self.datum - timedelta(days=1):%Y%m%d}"
        for (folder, name), rows in self.tables.items():
            columns = {
                "aanmeldingen": (*SIGN_UP, "gezin_id", "rol"),
                "vggm_aanmeldingen": SIGN_UP,
                "opvang": STAY,
                "vggm_verblijven": STAY,
            }.get(name) or FEEDS[name].columns
            content = csv_bytes(columns, rows, dutch=folder == "vggm")
            write_file(self.folder / folder, f"{name}_{stamp}.csv", content)
        if self.sheets:
            book = Workbook()
            book.remove(book.worksheets[0])
            for name, (columns, *_) in SHEETS.items():
                sheet = book.create_sheet(name)
                sheet.append(sorted(columns))
                for row in self.sheets[name]:
                    sheet.append([row.get(column) for column in sorted(columns)])
            (self.folder / "corporaties/L0001").mkdir(parents=True, exist_ok=True)
            book.save(self.folder / f"corporaties/L0001/woningen_{stamp}.xlsx")


def cells(marts: dict[str, Mart], mart: str, *show: str, measure: str = "aantal", **where: object) -> list[tuple]:
    """Return the chosen key columns and the measure of the rows that fit, sorted; zeros left out."""
    keys = MARTS[mart][0]
    out = []
    for key, row in marts[mart].items():
        named = dict(zip(keys, key, strict=True))
        if all(named[name] == value for name, value in where.items()) and row[measure]:
            out.append((*(named[name] for name in show), row[measure]))
    return sorted(out, key=lambda row: tuple(map(str, row)))


def rows(marts: dict[str, Mart], mart: str, *show: str, **where: object) -> list[tuple]:
    """Return the chosen columns, of key or measures, of the rows that fit, sorted as text."""
    found = [dict(zip(MARTS[mart][0], key, strict=True)) | row for key, row in marts[mart].items()]
    fitting = [row for row in found if all(row[name] == value for name, value in where.items())]
    return sorted((tuple(row[name] for name in show) for row in fitting), key=repr)
