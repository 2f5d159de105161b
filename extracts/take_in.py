"""One night's intake: which files are new, and from drop to raw with a row in the ledger for each.

The unit of work is one supplier and feed, so that suppliers can be taken in side by side. Everything that goes to
Airflow (arguments, results, errors) is small and holds no path, no cell and nobody's number.
"""

from __future__ import annotations

import hashlib
import logging
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from doorstroom.settings import Settings, SettingsError, absolute_drop
from doorstroom.warehouse import WarehouseError, connect
from extracts import ledger, raw, tombstones
from extracts.contract import Contract, Table, load_contracts
from extracts.conversion import Converter, Profile
from extracts.drop import (
    FOLDER_NAMES,
    KINDS,
    Drop,
    DropError,
    DropFile,
    Supplier,
    UnreadableError,
    has_password,
    without_secrets,
)
from extracts.ledger import BERICHTEN, DUBBEL, GEACCEPTEERD, GEWEIGERD, ONBEKEND, Book, Entry, Nacht
from extracts.pseudonym import Pseudonymiser
from extracts.readers import archive, delimited, iwmo, workbook
from extracts.readers.base import Block, Geweigerd, Reading
from extracts.tombstones import Tombstones

log = logging.getLogger(__name__)

READERS = {"csv": delimited.read, "iwmo": iwmo.read, "xlsx": workbook.read}

#: `berichten_JJJJMMDD_<volgnr>.zip` (deliveries, Zorgaanbieders 1).
ZIP_PATTERN = re.compile(r"berichten_(?P<leverdatum>\d{8})_(?P<volgnr>\d+)\.zip", re.IGNORECASE)
ZIP_KIND = "zorgaanbieders"

#: Files up to this size are parsed once and stored together; larger ones are streamed on their own.
SMALL_FILE = 4 * 1024**2
#: One transaction holds at most about this much.
BATCH_FILES, BATCH_ROWS = 500, 50_000

REJECTED = "Dezelfde inhoud is eerder afgewezen; lever een verbeterd bestand."
DOUBLE = "Dezelfde inhoud is eerder geleverd onder een andere datum of naam."
UNREADABLE = "Het bestand kan niet worden geopend, of is groter dan 1 GB."
UNREADABLE_FOLDER = "De map van deze leverancier kan niet worden gelezen."


class IntakeError(Exception):
    """The intake of a supplier stopped. Says what kind of error it was; never holds a value or a path."""


#: Errors that were written to be read, and hold nobody's data.
_READABLE = (
    DropError,
    IntakeError,
    SettingsError,
    WarehouseError,
    ledger.GeenNachtError,
    ledger.SleutelGewijzigdError,
    raw.RawTableError,
)


@contextmanager
def _discreet() -> Iterator[None]:
    """Let no error out that may hold a cell's value: PostgreSQL's quote the row, parsers quote the text.

    A connection that fell away may come back: it is told as ConnectionError, after which Airflow tries again.
    """
    try:
        yield
    except _READABLE:
        raise
    except (psycopg.OperationalError, psycopg.InterfaceError, ConnectionError, TimeoutError) as error:
        raise ConnectionError(_kind(error)) from None
    except Exception as error:
        raise IntakeError(_kind(error)) from None


def _kind(error: Exception) -> str:
    """Tell what sort of error it was and where in our code, without its message."""
    name = type(error).__name__
    if isinstance(error, psycopg.Error) and error.sqlstate:
        name = f"{name} {error.sqlstate}"
    frames = traceback.extract_tb(error.__traceback__)
    place = next(
        (f" in {frame.name}, regel {frame.lineno}" for frame in reversed(frames) if "extracts" in frame.filename), ""
    )
    return f"{name}{place}"


@dataclass
class _Delivery:
    """A file on its way to the warehouse: its row in the ledger and, when accepted, its rows."""

    entry: Entry
    contract: Contract | None = None
    reading: Reading | None = None
    blocks: list[Block] | None = None
    profile: Profile = field(default_factory=Profile)

    def rows(self) -> Iterator[Block]:
        """Yield the blocks: those in memory, or read again."""
        if self.blocks is not None:
            yield from self.blocks
        elif self.reading is not None:
            yield from self.reading.blocks()


def begin_night(datum: date | str, drop_url: str) -> int:
    """Begin the night of `datum` on a drop, make or extend schemas `levering` and `raw`; returns the night's number.

    Raises DropError when the drop cannot be reached, SleutelGewijzigdError when the pseudonym key is another than
    that of earlier deliveries, SettingsError when there is none.
    """
    day = date.fromisoformat(datum) if isinstance(datum, str) else datum
    settings = Settings.from_env()
    drop_url = absolute_drop(drop_url)
    if has_password(drop_url) and drop_url != settings.drop_url:
        # The ledger keeps no passwords, and the night's other tasks know the drop from the ledger and the settings.
        raise DropError(
            "Een drop met een wachtwoord geeft u op in DOORSTROOM_DROP (of DROP=… bij make), niet per nacht."
        )
    pseudonymiser = Pseudonymiser(settings.key_for(drop_url))
    with _discreet():
        with Drop(drop_url) as drop:
            for name in drop.strangers():
                log.warning("In de drop staat iets dat van geen leverancier is: %s", pseudonymiser.mask(name))
        with connect() as connection:
            # Two nights begun at once must not both make the tables.
            connection.execute("select pg_advisory_xact_lock(hashtext('levering'), 0)")
            ledger.prepare(connection)
            ledger.register_feeds(connection, load_contracts().values())
            raw.prepare(connection, load_contracts().values())
            tombstones.copy_in(connection, settings.state)
            return ledger.begin(connection, day, without_secrets(drop_url), pseudonymiser.fingerprint())


def _drop_of(night: Nacht) -> tuple[Drop, Pseudonymiser]:
    """Open the night's drop; the password, which the ledger does not hold, comes from the settings."""
    settings = Settings.from_env()
    url = settings.drop_url if without_secrets(settings.drop_url) == night.drop_url else night.drop_url
    return Drop(url), Pseudonymiser(settings.key_for(url))


def _contracts(kind: str) -> list[Contract]:
    return [contract for contract in load_contracts().values() if contract.supplier_kind == kind]


def _name_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _route(kind: str, name: str) -> tuple[str, date] | None:
    """Return the feed and leverdatum a file's name tells, or None when it tells none."""
    for contract in _contracts(kind):
        if leverdatum := contract.leverdatum(name):
            return contract.name, leverdatum
    match = ZIP_PATTERN.fullmatch(name) if kind == ZIP_KIND else None
    leverdatum = _name_date(match["leverdatum"]) if match else None
    return (BERICHTEN, leverdatum) if leverdatum else None


def _readable(pattern: re.Pattern[str]) -> str:
    """Return a file name pattern as deliveries.md writes it."""
    text = pattern.pattern.replace(r"(?P<leverdatum>\d{8})", "JJJJMMDD")
    return re.sub(r"\(\?P<(\w+)>.*?\)", r"<\1>", text).replace("\\", "")


def _unknown_name(kind: str, name: str) -> str:
    patterns = [contract.pattern for contract in _contracts(kind)] + ([ZIP_PATTERN] if kind == ZIP_KIND else [])
    if any(pattern.fullmatch(name) for pattern in patterns):
        return "De datum in de bestandsnaam bestaat niet (verwacht JJJJMMDD)."
    return f"De bestandsnaam is niet herkend. Verwacht: {', '.join(map(_readable, patterns))}."


def _names_people(feed: str) -> bool:
    contract = load_contracts().get(feed)
    return contract is None or any(column.name == "bsn" for table in contract.tables for column in table.columns)


def _later(name: str, until: date) -> bool:
    """Whether an unrecognised name ends in a date that is still to come: then it waits for its night too."""
    match = re.search(r"_(\d{8})(?:\D|$)", name)
    leverdatum = _name_date(match[1]) if match else None
    return leverdatum is not None and leverdatum > until


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- what is there to do ---------------------------------------------------------------------------------------------


def work_units(soort: str) -> list[dict[str, Any]]:
    """Return a unit of work per supplier of this kind and feed with files that are not in the ledger.

    A unit is `{"soort", "leverancier", "feed"}`. Files whose name says nothing, and folders of no supplier, are put in
    the ledger here as `geweigerd`. Files with a leverdatum after the night's DATE are left for later. Raises
    DropError when the drop is gone, KeyError for a kind that does not exist.
    """
    if soort not in KINDS:
        raise KeyError(soort)
    units: list[dict[str, Any]] = []
    with _discreet(), connect() as connection:
        night = ledger.current(connection)
        connection.commit()
        drop, pseudonymiser = _drop_of(night)
        with drop:
            try:
                suppliers = drop.suppliers(soort)
            except UnreadableError:
                suppliers = [Supplier(soort, soort, soort)]
            for supplier in suppliers:
                units += _Intake(connection, night, drop, pseudonymiser, supplier).survey()
    return units


def take_in(unit: dict[str, Any]) -> dict[str, Any]:
    """Take in all new files of one supplier and feed, in order of leverdatum and name; returns counts.

    `{"soort", "leverancier", "feed", "geaccepteerd", "geweigerd", "dubbel", "rijen"}`. A file that cannot be used is
    refused with a reason and does not stop the others. Ledger and raw rows are written in one transaction per batch:
    broken off anywhere, the next call goes on where this one stopped. Raises DropError, IntakeError.
    """
    with _discreet(), connect() as connection:
        night = ledger.current(connection)
        connection.commit()
        drop, pseudonymiser = _drop_of(night)
        soort, name = unit["soort"], unit["leverancier"]
        supplier = Supplier(soort, name, soort if KINDS[soort] is None else f"{soort}/{name}")
        with drop:
            ledger.lock_supplier(connection, name)
            connection.commit()
            intake = _Intake(connection, night, drop, pseudonymiser, supplier)
            counts = intake.run(unit["feed"])
    return {**unit, **counts}


class _Intake:
    """The intake of one supplier's folder within one night."""

    def __init__(
        self, connection: psycopg.Connection, night: Nacht, drop: Drop, pseudonymiser: Pseudonymiser, supplier: Supplier
    ) -> None:
        self.connection, self.night, self.drop = connection, night, drop
        self.tombstones = Tombstones.of(connection, pseudonymiser)
        self.pseudonymiser, self.supplier = pseudonymiser.without(self.tombstones.requested), supplier
        self.name = self.pseudonymiser.mask(supplier.name)
        self.book = Book.of(connection, self.name)
        connection.commit()
        self.batch: list[_Delivery] = []
        self.batch_rows = 0
        self.counts = {GEACCEPTEERD: 0, GEWEIGERD: 0, DUBBEL: 0, "rijen": 0}

    # --- survey ---

    def _by_feed(self) -> tuple[dict[str, list[tuple[date, DropFile]]], list[DropFile]]:
        """Sort the folder's files by feed, those due only, and give the ones no feed claims."""
        known: dict[str, list[tuple[date, DropFile]]] = {}
        unknown = []
        for file in self.drop.files(self.supplier):
            route = _route(self.supplier.kind, file.name) if self.supplier.recognised else None
            if route is None:
                if not _later(file.name, self.night.datum):
                    unknown.append(file)
            elif route[1] <= self.night.datum:
                known.setdefault(route[0], []).append((route[1], file))
        return {feed: sorted(files) for feed, files in known.items()}, unknown

    def survey(self) -> list[dict[str, Any]]:
        """Return the units of this supplier, and put in the ledger what belongs to no feed."""
        try:
            by_feed, unknown = self._by_feed()
        except UnreadableError:
            log.warning("De map van leverancier %s kan niet worden gelezen", self.name)
            self._refuse(f"{self.supplier.folder}/", "", UNREADABLE_FOLDER)
            self._flush()
            return []
        for file in unknown:
            if self.supplier.recognised:
                reason = _unknown_name(self.supplier.kind, file.name)
            else:
                reason = f"De map is niet herkend: de naam moet {FOLDER_NAMES[self.supplier.kind]} zijn."
            try:
                self._refuse(file.path, _sha256(self.drop.read(file)), reason)
            except UnreadableError:
                self._refuse(file.path, "", reason)
        self._flush()
        # Feeds that name people first: they tell which numbers in the others are BSNs.
        return [
            {"soort": self.supplier.kind, "leverancier": self.supplier.name, "feed": feed}
            for feed, files in sorted(by_feed.items(), key=lambda item: (not _names_people(item[0]), item[0]))
            if self._has_new(feed, files)
        ]

    def _refuse(self, path: str, sha256: str, reason: str) -> None:
        bestand = self.pseudonymiser.mask(path)
        if not self.book.knows(ONBEKEND, bestand, None, sha256, snapshot=False):
            self._add(_Delivery(self._entry(ONBEKEND, bestand, sha256, None, status=GEWEIGERD, reden=reason)))

    def _has_new(self, feed: str, files: list[tuple[date, DropFile]]) -> bool:
        """Whether a feed has anything new; names never seen first, so that most nights one look is enough."""

        def seen(item: tuple[date, DropFile]) -> bool:
            return self.book.knows_name(feed, self.pseudonymiser.mask(item[1].path))

        return any(self._is_new(feed, leverdatum, file) for leverdatum, file in sorted(files, key=seen))

    def _is_new(self, feed: str, leverdatum: date, file: DropFile) -> bool:
        bestand = self.pseudonymiser.mask(file.path)
        if not self.book.knows_name(feed, bestand) and not self._is_snapshot(feed):
            return True
        try:
            sha256 = _sha256(self.drop.read(file))
        except UnreadableError:
            sha256 = ""
        return not self.book.knows(feed, bestand, leverdatum, sha256, snapshot=self._is_snapshot(feed))

    @staticmethod
    def _is_snapshot(feed: str) -> bool:
        return feed != BERICHTEN and load_contracts()[feed].delivery == "momentopname"

    # --- intake ---

    def run(self, feed: str) -> dict[str, int]:
        """Take in what is new of one feed."""
        by_feed, _ = self._by_feed()
        for leverdatum, file in by_feed.get(feed, []):
            bestand = self.pseudonymiser.mask(file.path)
            try:
                data = self.drop.read(file)
            except UnreadableError:
                if not self.book.knows(feed, bestand, leverdatum, "", snapshot=False):
                    self._add(_Delivery(self._entry(feed, bestand, "", leverdatum, status=GEWEIGERD, reden=UNREADABLE)))
                continue
            if feed == BERICHTEN:
                self._zip(bestand, leverdatum, data)
            else:
                self._file(load_contracts()[feed], bestand, leverdatum, data)
        self._flush()
        return self.counts

    def _entry(
        self, feed: str, bestand: str, sha256: str, leverdatum: date | None, *, status: str, reden: str | None = None
    ) -> Entry:
        shown = self.pseudonymiser.mask(reden) if reden else None
        return Entry(bestand, self.name, self.supplier.kind, feed, sha256, leverdatum, status, reden=shown)

    def _file(self, contract: Contract, bestand: str, leverdatum: date, data: bytes) -> None:
        """Add one file to the batch, unless it is the same file again."""
        sha256, feed = _sha256(data), contract.name
        snapshot = contract.delivery == "momentopname"
        if self.book.knows(feed, bestand, leverdatum, sha256, snapshot=snapshot):
            return
        if self.book.is_rejected(feed, sha256):
            self._add(_Delivery(self._entry(feed, bestand, sha256, leverdatum, status=GEWEIGERD, reden=REJECTED)))
            return
        if not snapshot and self.book.has_bytes(feed, sha256):
            self._add(_Delivery(self._entry(feed, bestand, sha256, leverdatum, status=DUBBEL, reden=DOUBLE)))
            return
        entry = self._entry(feed, bestand, sha256, leverdatum, status=GEACCEPTEERD)
        self._add(self._read(entry, contract, data))

    def _read(self, entry: Entry, contract: Contract, data: bytes) -> _Delivery:
        """Read a file from its first to its last row, so that nothing can be wrong with it any more."""
        delivery = _Delivery(entry, contract)
        try:
            reading = READERS[contract.form](data, contract)
            delivery.reading = reading
            if len(data) <= SMALL_FILE:
                delivery.blocks = list(reading.blocks())
            delivery.profile = Profile.of(delivery.rows())
            delivery.profile.bsns |= self._known_bsns(delivery.profile.possible)
        except Geweigerd as refusal:
            self._turn_down(delivery, refusal.reden)
            return delivery
        except Exception as error:  # a file nobody foresaw must not cost the others their night
            log.warning("Een bestand van %s (%s) is geweigerd: %s", self.name, contract.name, _kind(error))
            self._turn_down(delivery, _unexpected(error))
            return delivery
        entry.rijen, entry.versie = delivery.profile.rows, reading.version
        if reading.signals:
            entry.signalen = " ".join(sorted({signal.code for signal in reading.signals}))
            entry.reden = self.pseudonymiser.mask(" ".join(f"Signaal: {signal.melding}" for signal in reading.signals))
        return delivery

    def _known_bsns(self, possible: set[str]) -> set[str]:
        """Return which of these numbers are the BSN of somebody this kind of supplier delivered before.

        A supplier that uses the BSN as aanmeldnummer does so in its file of stays too, which has no column bsn.
        """
        if not possible:
            return set()
        by_key = {self.pseudonymiser.person(number): number for number in possible}
        forgotten = {number for key, number in by_key.items() if self.tombstones.person(key)}
        tables = [table for contract in _contracts(self.supplier.kind) for table in contract.tables]
        with self.connection.transaction():
            return forgotten | {
                by_key[key]
                for table in tables
                if any(column.name == "bsn" for column in table.columns)
                for key in raw.known_persons(self.connection, table, list(by_key))
            }

    def _turn_down(self, delivery: _Delivery, reason: str) -> None:
        delivery.entry.status, delivery.entry.reden = GEWEIGERD, self.pseudonymiser.mask(reason)
        delivery.entry.rijen, delivery.entry.signalen = 0, None
        delivery.reading = delivery.blocks = None

    def _zip(self, bestand: str, leverdatum: date, data: bytes) -> None:
        """Take in the messages of one zip; its own row comes last, so that a zip broken off is opened again."""
        sha256 = _sha256(data)
        if self.book.knows(BERICHTEN, bestand, leverdatum, sha256, snapshot=False):
            return
        container = self._entry(BERICHTEN, bestand, sha256, leverdatum, status=GEACCEPTEERD)
        if self.book.has_bytes(BERICHTEN, sha256):
            container.status, container.reden = DUBBEL, DOUBLE
            self._add(_Delivery(container))
            return
        correction = self.book.knows_name(BERICHTEN, bestand)
        paths: list[str] = []
        try:
            with archive.open_archive(data) as opened:
                for member in archive.members(opened):
                    path = self.pseudonymiser.mask(f"{bestand}/{member.name}")
                    self._member(path, member, leverdatum, again=path in paths)
                    paths.append(path)
        except Geweigerd as refusal:
            container.status, container.reden = GEWEIGERD, refusal.reden
        self._add(_Delivery(container))
        if correction and container.status == GEACCEPTEERD:
            self._flush()
            with self.connection.transaction():
                ledger.replace_members(self.connection, self.name, bestand, paths)

    def _member(self, path: str, member: archive.Member, leverdatum: date, *, again: bool) -> None:
        route = _route(self.supplier.kind, member.file_name)
        contract = load_contracts()[route[0]] if route and route[0] != BERICHTEN else None
        if route and contract and contract.form == "iwmo" and not again:
            # A message dated after its zip came with the zip all the same.
            self._file(contract, path, min(route[1], leverdatum), member.data)
            return
        if again:
            reason = "Een bericht met deze naam staat meer dan één keer in de zip."
        elif route and route[0] == BERICHTEN:
            reason = "Een zip binnen een zip wordt niet geopend."
        elif contract:
            reason = "In een zip worden alleen berichten WMO301, WMO305 en WMO307 gelezen."
        else:
            reason = _unknown_name(self.supplier.kind, member.file_name)
        self._refuse(path, _sha256(member.data), reason)

    # --- writing ---

    def _add(self, delivery: _Delivery) -> None:
        self.book.add(delivery.entry)
        if delivery.reading is not None and delivery.blocks is None:
            # Large: on its own, after what came before it.
            self._flush()
            self.batch = [delivery]
            self._flush()
            return
        self.batch.append(delivery)
        self.batch_rows += delivery.entry.rijen
        if len(self.batch) >= BATCH_FILES or self.batch_rows >= BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        """Write the batch in one transaction; when PostgreSQL will not have it, file by file."""
        batch, self.batch, self.batch_rows = self.batch, [], 0
        if not batch:
            return
        try:
            self._store(batch)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:
            log.warning("Een reeks van %d bestanden van %s moet een voor een: %s", len(batch), self.name, _kind(error))
            for delivery in batch:
                self._store_alone(delivery)
        for delivery in batch:
            self.counts[delivery.entry.status] += 1
            self.counts["rijen"] += delivery.entry.rijen

    def _store_alone(self, delivery: _Delivery) -> None:
        try:
            self._store([delivery])
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:
            log.warning("Een bestand van %s (%s) is geweigerd: %s", self.name, delivery.entry.feed, _kind(error))
            self._turn_down(delivery, _unexpected(error))
            self._store([delivery])

    def _store(self, batch: list[_Delivery]) -> None:
        left_out: Counter[int] = Counter()
        with self.connection.transaction():
            self.tombstones = Tombstones.of(self.connection, self.pseudonymiser)
            ids = ledger.next_ids(self.connection, len(batch))
            ledger.write(
                self.connection,
                self.night,
                ((levering_id, delivery.entry) for levering_id, delivery in zip(ids, batch, strict=True)),
            )
            for table in {t.name: t for d in batch if d.contract for t in d.contract.tables}.values():
                rows = (
                    row
                    for levering_id, delivery in zip(ids, batch, strict=True)
                    if delivery.contract and delivery.entry.status == GEACCEPTEERD
                    for row in self._rows(levering_id, delivery, delivery.contract, table, left_out)
                )
                raw.copy_rows(self.connection, table, rows)
            ledger.leave_out(self.connection, left_out)
            self.tombstones.keep_new(self.connection)

    def _rows(
        self, levering_id: int, delivery: _Delivery, contract: Contract, table: Table, left_out: Counter[int]
    ) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a delivery for one table, without those of people who were forgotten: they are counted."""
        converter = Converter(contract, self.name, self.pseudonymiser, delivery.profile)
        is_out = self.tombstones.sieve(self.name, table, delivery.entry.leverdatum)
        for block in delivery.rows():
            if block.table.name != table.name:
                continue
            for row in converter.rows(levering_id, block):
                if is_out and is_out(row):
                    left_out[levering_id] += 1
                else:
                    yield row


def _unexpected(error: Exception) -> str:
    return f"Het bestand kon niet worden verwerkt ({type(error).__name__})."
