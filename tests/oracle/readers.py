"""Minimal readers of a drop folder for the oracle: no code of the pipeline is used here.

What a file looks like and what bad input gets: `deliveries.md` of the specification. A row that breaks a blocking rule
is left out, a file that cannot be read is left out whole, and of a snapshot the last accepted one stands.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook

Row = dict[str, Any]
Night = tuple[date, Path]  # DATE, and the drop as it was that night

# Product list of deliveries.md: code -> (in perimeter B, rank). Every product is in perimeter A.
PRODUCTS: dict[str, tuple[bool, int]] = {
    "15A00": (True, 3),
    "15A0S": (False, 1),
    "15Z01": (False, 1),
    "15Z02": (False, 2),
    "15Z03": (True, 3),
    "15Z04": (True, 4),
    "15D01": (True, 1),
    "15D02": (True, 2),
    "15D03": (True, 3),
    "15D04": (True, 4),
}
FACILITIES = {
    "nachtopvang",
    "24uursopvang",
    "crisisopvang",
    "dagopvang",
    "vrouwenopvang",
    "ambulant",
    "aware",
    "veldwerk",
}
READABLE_VERSIONS = {"2.1", "2.2", "2.3", "2.4", "3.0", "3.1", "3.2"}


class RefusedFileError(Exception):
    """The file as a whole cannot be taken in."""


@dataclass(frozen=True)
class Feed:
    """What one CSV feed holds, as far as the oracle needs it."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    dates: tuple[str, ...] = ()
    required_dates: tuple[str, ...] = ()
    period: tuple[str, str] | None = None
    product: str | None = None
    facility: str | None = None
    any_product: bool = False  # a product column that may name a voorziening too
    person: bool = True
    mutation: bool = False


def _columns(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(";"))


SIGN_UP = _columns(
    "aanmeldnummer; clientnummer; bsn; geboortedatum; geslacht; aanmelddatum; opvangsoort; gemeente_inschrijving; "
    "gemeente_historisch; reden_dakloosheid; besluit; besluitdatum; mutatiesoort; mutatietijd"
)
STAY = _columns(
    "verblijfnummer; aanmeldnummer; locatiecode; gemeente_verblijf; voorziening; eerste_nacht; laatste_nacht; "
    "bestemming; gemeente_uitstroom; mutatiesoort; mutatietijd"
)
FEEDS: dict[str, Feed] = {
    "sdd_indicaties": Feed(
        _columns(
            "indicatie_nummer; clientnummer; bsn; geboortedatum; geslacht; aanmelddatum; intake_datum; besluitdatum; "
            "besluit; reden_besluit; productcode; leveringsvorm; ingangsdatum; einddatum; aanbieder_agb; "
            "gemeente_aanvraag; gemeente_herkomst; herkomst_methode; grondslag; inkomstenbron; andere_hulp; "
            "uitstroomprofiel; beoordeeld_op"
        ),
        key=("indicatie_nummer",),
        dates=(
            "geboortedatum",
            "aanmelddatum",
            "intake_datum",
            "besluitdatum",
            "ingangsdatum",
            "einddatum",
            "beoordeeld_op",
        ),
        period=("ingangsdatum", "einddatum"),
        product="productcode",
    ),
    "sdd_wachtlijst": Feed(
        _columns(
            "indicatie_nummer; clientnummer; bsn; wachtend_sinds; wachtstatus; voorkeur_aanbieder_agb; "
            "overbruggingszorg; wachtend_tot; reden_uit"
        ),
        key=("indicatie_nummer",),
        dates=("wachtend_sinds", "wachtend_tot"),
        required_dates=("wachtend_sinds",),
        period=("wachtend_sinds", "wachtend_tot"),
    ),
    "aanmeldingen": Feed(
        SIGN_UP,
        key=("aanmeldnummer",),
        dates=("geboortedatum", "aanmelddatum", "besluitdatum"),
        required_dates=("aanmelddatum",),
        mutation=True,
    ),
    "opvang": Feed(
        STAY,
        key=("verblijfnummer",),
        dates=("eerste_nacht", "laatste_nacht"),
        required_dates=("eerste_nacht",),
        period=("eerste_nacht", "laatste_nacht"),
        facility="voorziening",
        person=False,
        mutation=True,
    ),
    "verblijven": Feed(
        _columns(
            "verblijf_id; clientnummer; bsn; toewijzingnummer; locatiecode; productcode; leveringsvorm; eerste_dag; "
            "laatste_dag; bestemming; gemeente_uitstroom; uitstroomgereed_op"
        ),
        key=("verblijf_id",),
        dates=("eerste_dag", "laatste_dag", "uitstroomgereed_op"),
        required_dates=("eerste_dag",),
        period=("eerste_dag", "laatste_dag"),
        product="productcode",
    ),
    "locaties": Feed(
        _columns("locatiecode; naam; gemeente; productcode; plaatsen; geldig_van; geldig_tot"),
        key=("locatiecode",),
        dates=("geldig_van", "geldig_tot"),
        required_dates=("geldig_van",),
        period=("geldig_van", "geldig_tot"),
        product="productcode",
        any_product=True,
        person=False,
    ),
    "nazorg": Feed(
        _columns("bsn; clientnummer; laatste_dag; meting; meetdatum; woont_zelfstandig; terugkeergarantie"),
        key=(),
        dates=("laatste_dag", "meetdatum"),
        required_dates=("laatste_dag",),
    ),
}
# File name -> feed, per kind of supplier. VGGM's two files are the two files of a provider of opvang.
FILE_NAMES: dict[str, dict[str, str]] = {
    "sdd": {"sdd_indicaties": "sdd_indicaties", "sdd_wachtlijst": "sdd_wachtlijst"},
    "vggm": {"vggm_aanmeldingen": "aanmeldingen", "vggm_verblijven": "opvang"},
    "zorgaanbieders": {
        "verblijven": "verblijven",
        "locaties": "locaties",
        "aanmeldingen": "aanmeldingen",
        "opvang": "opvang",
        "nazorg": "nazorg",
    },
    "corporaties": {"woningen": "woningen"},
}
LEASE_COLUMNS = {
    "contractnummer",
    "bsn",
    "geboortedatum",
    "gemeente",
    "contractsoort",
    "contingent",
    "uitstroom_uit",
    "aanbieder_agb",
    "ingangsdatum",
    "omklapdatum",
    "einddatum",
    "kale_huur",
    "zelfstandig",
}

# Sheet -> columns, dates, what a row cannot be without, first and last day.
SHEETS: dict[str, tuple[set[str], tuple[str, ...], tuple[str, ...], tuple[str, str] | None]] = {
    "Verhuringen": (
        LEASE_COLUMNS,
        ("geboortedatum", "ingangsdatum", "omklapdatum", "einddatum"),
        ("contractnummer", "ingangsdatum"),
        ("ingangsdatum", "einddatum"),
    ),
    "Inschrijvingen": (
        {"bsn", "geboortedatum", "inschrijfdatum", "uitschrijfdatum"},
        ("geboortedatum", "inschrijfdatum", "uitschrijfdatum"),
        ("inschrijfdatum",),
        ("inschrijfdatum", "uitschrijfdatum"),
    ),
    "Ontruimingen": ({"datum", "gemeente", "reden", "bsn"}, ("datum",), ("datum",), None),
    "Contingenten": ({"jaar", "gemeente", "soort", "aantal", "mutaties"}, (), ("jaar", "gemeente", "soort"), None),
}


@dataclass
class Delivered:
    """The standing rows of a whole drop, every row a dict with at least `leverancier`."""

    indications: list[Row] = field(default_factory=list)
    indication_lists: list[tuple[date, list[Row]]] = field(default_factory=list)  # every accepted one, by leverdatum
    waiting_lists: list[tuple[date, list[Row]]] = field(default_factory=list)  # every accepted one, by leverdatum
    sign_ups: dict[tuple[str, str], Row] = field(default_factory=dict)
    stays: list[Row] = field(default_factory=list)
    residences: list[Row] = field(default_factory=list)
    locations: list[Row] = field(default_factory=list)
    aftercare: list[Row] = field(default_factory=list)
    leases: list[Row] = field(default_factory=list)
    registrations: list[Row] = field(default_factory=list)
    contingents: list[Row] = field(default_factory=list)
    evictions: list[Row] = field(default_factory=list)
    messages: dict[str, list[Row]] = field(default_factory=lambda: {"301": [], "305": [], "307": []})


# ---------------------------------------------------------------------------------------------------- cells


def passes_eleven_test(bsn: str) -> bool:
    """Say whether a BSN is nine digits that pass the 11-proef (iwmo.md section 3)."""
    if not re.fullmatch(r"[0-9]{9}", bsn) or bsn == "000000000":
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(c) for w, c in zip(weights, bsn, strict=True)) % 11 == 0


def parse_date(text: str, *, dutch: bool) -> date:
    """Read a date cell; raises ValueError when it is not a date of that notation."""
    if dutch:
        if not re.fullmatch(r"\d{2}-\d{2}-\d{4}", text):
            raise ValueError("not DD-MM-JJJJ")
        return date(int(text[6:]), int(text[3:5]), int(text[:2]))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("not JJJJ-MM-DD")
    return date.fromisoformat(text)


def parse_moment(text: str, *, dutch: bool) -> datetime:
    """Read a mutatietijd; raises ValueError when it is none."""
    day, _, clock = text.replace("T", " ").partition(" ")
    return datetime.combine(parse_date(day, dutch=dutch), datetime.strptime(clock, "%H:%M:%S").time())  # noqa: DTZ007


# ---------------------------------------------------------------------------------------------------- rows


def _good_row(feed: Feed, row: Row, *, dutch: bool) -> bool:  # noqa: PLR0911 -- one return per rule
    """Type the cells of one row in place; False when it breaks a blocking rule (deliveries.md, last table)."""
    if any(not row.get(column) for column in feed.key):
        return False
    if feed.mutation and row.get("mutatiesoort") == "V":  # a removal needs no more than its key and its moment
        try:
            row["mutatietijd"] = parse_moment(row["mutatietijd"] or "", dutch=dutch)
        except ValueError:
            return False
        return True
    if feed.person and not row.get("bsn") and not row.get("clientnummer"):
        return False
    if row.get("bsn") and not passes_eleven_test(row["bsn"]):
        return False
    try:
        for column in feed.dates:
            row[column] = parse_date(row[column], dutch=dutch) if row.get(column) else None
        if feed.mutation:
            row["mutatietijd"] = parse_moment(row["mutatietijd"] or "", dutch=dutch)
    except ValueError:
        return False
    if any(row[column] is None for column in feed.required_dates):
        return False
    if feed.product and row.get(feed.product) and row[feed.product] not in PRODUCTS:
        return feed.any_product and row[feed.product] in FACILITIES and _in_order(feed, row)
    if feed.facility and row.get(feed.facility) not in FACILITIES:
        return False
    return _in_order(feed, row)


def _in_order(feed: Feed, row: Row) -> bool:
    """Say whether a row does not end before it starts."""
    start, end = (row[column] for column in feed.period) if feed.period else (None, None)
    return not (start and end and end < start)


def _read_csv(feed: Feed, content: bytes, *, dutch: bool) -> tuple[int, list[Row]]:
    """Return the number of rows read and the rows that no blocking rule stops."""
    try:
        text = content.decode("cp1252" if dutch else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFileError("encoding") from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise RefusedFileError("csv") from error
    if not lines:
        raise RefusedFileError("no header")
    header = [name.strip() for name in lines[0]]
    if set(feed.columns) - set(header):
        raise RefusedFileError("missing column")
    rows = []
    for line in lines[1:]:
        if len(line) != len(header):
            continue
        row: Row = {name: (cell.strip() or None) for name, cell in zip(header, line, strict=True)}
        if _good_row(feed, row, dutch=dutch):
            rows.append(row)
    return len(lines) - 1, rows


def _excel_date(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return parse_date(str(value).strip(), dutch=False)


def _read_housing(content: bytes) -> tuple[int, dict[str, list[Row]]]:
    """Return the number of rows read, and the good rows of every sheet."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = {name: list(book[name].iter_rows(values_only=True)) for name in SHEETS}
    except (KeyError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise RefusedFileError("workbook") from error
    found: dict[str, list[Row]] = {}
    for name, (columns, dates, needed, period) in SHEETS.items():
        header = [str(cell or "").strip() for cell in sheets[name][0]] if sheets[name] else []
        if columns - set(header):
            raise RefusedFileError("missing column")
        rows = [dict(zip(header, line, strict=False)) for line in sheets[name][1:]]
        found[name] = [row for row in rows if _good_sheet_row(row, dates, needed, period)]
    return sum(len(lines) - 1 for lines in sheets.values()), found


def _good_sheet_row(row: Row, dates: tuple[str, ...], needed: tuple[str, ...], period: tuple[str, str] | None) -> bool:
    """Type the cells of a row of a workbook in place; False when it breaks a blocking rule."""
    if "bsn" in row:
        bsn = row["bsn"]
        row["bsn"] = None if bsn in (None, "") else str(int(bsn) if isinstance(bsn, float) else bsn).strip().zfill(9)
        if row["bsn"] and not passes_eleven_test(row["bsn"]):
            return False
    try:
        for column in dates:
            row[column] = _excel_date(row[column])
    except ValueError:
        return False
    if any(row[column] in (None, "") for column in needed):
        return False
    if "contractnummer" in row:
        row["contractnummer"] = str(row["contractnummer"])
    start, end = (row[column] for column in period) if period else (None, None)
    return not (start and end and end < start)


# ---------------------------------------------------------------------------------------------------- iWmo


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _child(element: etree._Element | None, *names: str) -> etree._Element | None:
    for name in names:
        if element is None:
            return None
        element = next((c for c in element if _local(c) == name), None)
    return element


def _text(element: etree._Element | None, *names: str) -> str | None:
    found = _child(element, *names)
    return (found.text or "").strip() or None if found is not None else None


PRODUCT_RECORD = {"301": "ToegewezenProduct", "305": "StartProduct", "307": "StopProduct"}


def _read_message(content: bytes) -> tuple[str, list[Row]]:
    """Return the message type and its product records; the structure is that of iwmo.md 1.5 to 1.7."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedFileError("xml") from error
    found = re.search(r"istandaarden\.nl/iwmo/(\d+)_(\d+)/wmo(\d{3})/schema", etree.QName(root).namespace or "")
    if not found or found[3] not in PRODUCT_RECORD or f"{found[1]}.{found[2]}" not in READABLE_VERSIONS:
        raise RefusedFileError("version or message type")
    kind = found[3]
    header = _child(root, "Header")
    rows = []
    for client in (element for element in root.iter() if _local(element) == "Client"):
        for record in (element for element in client.iter() if _local(element) == PRODUCT_RECORD[kind]):
            row: Row = {
                "versie": f"{found[1]}.{found[2]}",
                "afzender": _text(header, "Afzender"),
                "ontvanger": _text(header, "Ontvanger"),
                "bsn": _text(client, "Bsn"),
                "geboortedatum": _text(client, "Geboortedatum", "Datum"),
                "toewijzingnummer": _text(record, "ToewijzingNummer"),
                "categorie": _text(record, "Product", "Categorie"),
                "code": _text(record, "Product", "Code"),
                "toewijzingsdatum": _text(record, "Toewijzingsdatum"),
                "toewijzingstijd": _text(record, "Toewijzingstijd"),
                "ingangsdatum": _text(record, "Ingangsdatum"),
                "begindatum": _text(record, "Begindatum"),
                "einddatum": _text(record, "Einddatum"),
                "reden_wijziging": _text(record, "RedenWijziging"),
                "reden_beeindiging": _text(record, "RedenBeeindiging"),
                "status": _text(record, "StatusAanlevering"),
            }
            if _good_record(kind, row):
                rows.append(row)
    return kind, rows


def _good_record(kind: str, row: Row) -> bool:
    if not row["bsn"] or not passes_eleven_test(row["bsn"]):
        return False
    if kind == "301" and not row["toewijzingnummer"]:
        return False
    if row["code"] and row["code"] not in PRODUCTS:
        return False
    try:
        for column in ("geboortedatum", "toewijzingsdatum", "ingangsdatum", "begindatum", "einddatum"):
            row[column] = parse_date(row[column], dutch=False) if row[column] else None
    except ValueError:
        return False
    needed = {"301": ("ingangsdatum", "toewijzingsdatum"), "305": ("begindatum",), "307": ("begindatum", "einddatum")}
    if any(row[column] is None for column in needed[kind]):
        return False
    start = row["ingangsdatum"] if kind == "301" else row["begindatum"]
    return not (row["einddatum"] and row["einddatum"] < start)


# ---------------------------------------------------------------------------------------------------- the drop


@dataclass(frozen=True)
class File:
    """One file of the drop: who delivered it, which feed, when, and its bytes."""

    supplier: str
    kind: str
    feed: str
    delivered_on: date
    name: str
    content: bytes


def _suppliers(drop: Path) -> Iterator[tuple[str, str, Path]]:
    for kind in ("sdd", "vggm"):
        if (drop / kind).is_dir():
            yield kind, kind, drop / kind
    for kind in ("zorgaanbieders", "corporaties"):
        if (drop / kind).is_dir():
            for folder in sorted((drop / kind).iterdir()):
                if folder.is_dir():
                    yield kind, folder.name, folder


def _files(drop: Path, on: date) -> Iterator[File]:
    """Yield every file with leverdatum up to and including `on`, oldest first; messages out of their zip."""
    found = []
    for kind, supplier, folder in _suppliers(drop):
        for path in sorted(folder.iterdir()):
            csv_or_excel = re.fullmatch(r"(.+)_(\d{8})\.(csv|xlsx)", path.name)
            message = re.fullmatch(r"WMO(\d{3})_(\d{8})_(\d+)\.xml", path.name)
            archive = re.fullmatch(r"berichten_(\d{8})_(\d+)\.zip", path.name)
            if csv_or_excel and csv_or_excel[1] in FILE_NAMES[kind]:
                feed, stamp = FILE_NAMES[kind][csv_or_excel[1]], csv_or_excel[2]
                found.append(File(supplier, kind, feed, _stamp(stamp), path.name, path.read_bytes()))
            elif kind == "zorgaanbieders" and message:
                found.append(File(supplier, kind, "iwmo", _stamp(message[2]), path.name, path.read_bytes()))
            elif kind == "zorgaanbieders" and archive:
                try:
                    with zipfile.ZipFile(path) as zipped:
                        members = [(name, zipped.read(name)) for name in zipped.namelist()]
                except zipfile.BadZipFile:
                    continue
                found += [
                    File(supplier, kind, "iwmo", _stamp(archive[1]), f"{path.name}/{name}", content)
                    for name, content in members
                    if name.endswith(".xml")
                ]
    yield from sorted(
        (file for file in found if file.delivered_on <= on), key=lambda f: (f.delivered_on, f.supplier, f.name)
    )


def _stamp(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _held(rows: int, previous: int | None) -> bool:
    """Volume guard: 20% fewer or three times as many rows as the latest accepted snapshot, from 25 rows up."""
    return previous is not None and previous >= 25 and (rows <= 0.8 * previous or rows >= 3 * previous)


class Ledger:
    """What was taken in so far, and what of it stands."""

    def __init__(self) -> None:
        self.seen: set[tuple] = set()  # every file by its identity
        self.bytes: set[tuple[str, str, str]] = set()  # of mutation files and messages, whatever their date or name
        # Of one message name and of one leverdatum the last one taken in stands: a correction.
        self.messages: dict[tuple[str, str], tuple[str, list[Row]]] = {}  # (supplier, name) -> kind, rows
        # (supplier, feed) -> leverdatum -> number of rows read, good rows
        self.snapshots: dict[tuple[str, str], dict[date, tuple[int, list[Row]]]] = {}
        self.mutations: dict[tuple[str, str], dict[date, list[Row]]] = {}

    def take_in(self, file: File, known: date) -> None:
        """Take in one file; nothing happens when it is refused, held or known already."""
        digest = hashlib.sha256(file.content).hexdigest()
        place = (file.supplier, file.feed)
        # A message has its name for an identity, any other file its leverdatum.
        identity = (*place, file.delivered_on, file.name if file.feed == "iwmo" else "", digest)
        if identity in self.seen:
            return
        self.seen.add(identity)
        mutation = file.feed == "iwmo" or (file.feed in FEEDS and FEEDS[file.feed].mutation)
        if mutation and (*place, digest) in self.bytes:
            return  # `dubbel`
        try:
            if file.feed == "iwmo":
                kind, rows = _read_message(file.content)
                for row in rows:
                    row.update(leverancier=file.supplier, leverdatum=file.delivered_on, bekend=known)
                self.messages[(file.supplier, file.name)] = kind, rows
            elif mutation:
                rows = _read_csv(FEEDS[file.feed], file.content, dutch=file.kind == "vggm")[1]
                self.mutations.setdefault(place, {})[file.delivered_on] = rows
            elif file.feed == "woningen":
                rows_read, sheets = _read_housing(file.content)
                rows = [row | {"sheet": sheet} for sheet, found in sheets.items() for row in found]
                self._snapshot(place, file.delivered_on, (rows_read, rows))
            else:
                self._snapshot(place, file.delivered_on, _read_csv(FEEDS[file.feed], file.content, dutch=False))
        except RefusedFileError:
            return
        self.bytes.add((*place, digest))

    def _snapshot(self, place: tuple[str, str], delivered_on: date, read: tuple[int, list[Row]]) -> None:
        """Let a snapshot count, unless the volume guard holds it."""
        accepted = self.snapshots.setdefault(place, {})
        earlier = max((day for day in accepted if day < delivered_on), default=None)
        if not _held(read[0], None if earlier is None else accepted[earlier][0]):
            accepted[delivered_on] = read

    def standing(self) -> Delivered:
        """Return the standing rows: of a snapshot those of its last leverdatum, of a key its last mutatietijd."""
        out = Delivered()
        for kind, rows in self.messages.values():
            out.messages[kind] += rows
        for (supplier, feed), accepted in self.snapshots.items():
            if not accepted:
                continue
            for _, rows in accepted.values():
                for row in rows:
                    row["leverancier"] = supplier
            if feed == "sdd_wachtlijst":
                out.waiting_lists = [(day, rows) for day, (_, rows) in sorted(accepted.items())]
                continue
            rows = accepted[max(accepted)][1]
            if feed == "woningen":
                for sheet, standing in (
                    ("Verhuringen", out.leases),
                    ("Inschrijvingen", out.registrations),
                    ("Contingenten", out.contingents),
                    ("Ontruimingen", out.evictions),
                ):
                    standing += [row for row in rows if row["sheet"] == sheet]
                continue
            if feed == "sdd_indicaties":
                out.indication_lists = [(day, known) for day, (_, known) in sorted(accepted.items())]
            {
                "sdd_indicaties": out.indications,
                "verblijven": out.residences,
                "locaties": out.locations,
                "nazorg": out.aftercare,
            }[feed].extend(rows)
        state: dict[tuple[str, str, str], Row] = {}
        for (supplier, feed), files in self.mutations.items():
            for _, rows in sorted(files.items()):
                for row in rows:
                    row["leverancier"] = supplier
                    key = (feed, supplier, row[FEEDS[feed].key[0]])
                    if key not in state or row["mutatietijd"] >= state[key]["mutatietijd"]:
                        state[key] = row
        for (feed, supplier, number), row in state.items():
            if row["mutatiesoort"] == "V":
                continue
            if feed == "aanmeldingen":
                out.sign_ups[(supplier, number)] = row
            else:
                out.stays.append(row)
        return out


def read_nights(*nights: Night) -> Delivered:
    """Read what stands after these nights, the first of which finds an empty ledger.

    Known time is the DATE of the night, or the leverdatum as long as the ledger is empty (definitions, last section).
    """
    ledger = Ledger()
    for datum, drop in nights:
        empty = not (ledger.bytes or ledger.snapshots)
        for file in _files(drop, datum):
            ledger.take_in(file, file.delivered_on if empty else datum)
    return ledger.standing()
