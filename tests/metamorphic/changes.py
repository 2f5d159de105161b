"""Changes to a drop of small lives that the definitions say do not count, and for each one that does.

A change works on the rows before they are written, or on the files after it. Nothing here knows how a figure is made;
which placements stand alone is asked of the oracle.
"""

from __future__ import annotations

import copy
import io
import re
import shutil
import zipfile
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from unittest import mock

from openpyxl import Workbook

from tests.oracle import small_lives
from tests.oracle.basics import UNKNOWN, VIANEN, Mart, add_months, gemeente_table, place_name
from tests.oracle.lives import CONVERSION, world_of
from tests.oracle.readers import FEEDS, LEASE_COLUMNS, SIGN_UP, STAY, Night
from tests.oracle.small_lives import Drop, Lives, Row, csv_bytes, write_drop, write_file

DAY = timedelta(days=1)
FOUR_YEARS = 1461  # every date goes to the same day of the same month, also 29 February
DATUM = date(2019, 11, 5)  # ten nights fit in its month
DATE_COLUMNS = re.compile(r"_(\d{8})(?=[_.])")

Locations = dict[str, dict[str, list[tuple[str, str, str]]]]


def lives(n_lives: int, seed: int = 11) -> Drop:
    """Return the rows of random small lives."""
    return Lives(Random(seed), DATUM, n_lives).drop


def write(drop: Drop, folder: Path, *, seed: int = 3, locations: Locations | None = None) -> Night:
    """Write the files of a drop; returns it as one night."""
    with mock.patch.object(small_lives, "LOCATIONS", locations or small_lives.LOCATIONS):
        write_drop(copy.deepcopy(drop), folder, Random(seed))
    return drop.datum, folder


# ------------------------------------------------------------------------------------------------ (a) splitting


class Splitter:
    """Cuts toewijzingen and placements that stand alone in two to four adjacent ones with numbers of their own."""

    def __init__(self, drop: Drop, night: Night, later: int = 0) -> None:
        """`later` days between the parts: 0 is adjacent, anything else is a change that counts."""
        self.drop = copy.deepcopy(drop)
        self.later = timedelta(days=later)
        self.rnd = Random(5)
        self.number = 600_000
        self.split = dict.fromkeys(("indicatie", "301", "305", "verblijven", "opvang"), 0)
        self.alone = _standing_alone(night)
        self.by_number: dict[str, list[Row]] = defaultdict(list)
        for row in self.drop.messages:
            self.by_number[row["number"]].append(row)

    def done(self) -> Drop:
        """Split what can be split."""
        for supplier, residences in self.drop.residences.items():
            for row in list(residences):
                if row["leveringsvorm"] == "PGB" and (supplier, row["verblijf_id"]) in self.alone:
                    self._rows(residences, row, ("verblijf_id", "eerste_dag", "laatste_dag"), "verblijven")
        for supplier, stays in self.drop.stays.items():
            mutations: dict[str, int] = defaultdict(int)
            for row in stays:
                mutations[row["verblijfnummer"]] += 1
            for row in list(stays):
                if mutations[row["verblijfnummer"]] == 1 and (supplier, row["verblijfnummer"]) in self.alone:
                    self._rows(stays, row, ("verblijfnummer", "eerste_nacht", "laatste_nacht"), "opvang")
        indications = self.drop.indications
        numbers = [row["indicatie_nummer"] for row in indications]
        for row in list(indications):
            number = row["indicatie_nummer"]
            if numbers.count(number) == 1 and ("sdd", number) in self.alone and number not in self.by_number:
                self._rows(indications, row, ("indicatie_nummer", "ingangsdatum", "einddatum"), "indicatie")
        for number in list(self.by_number):
            self._natura(number, numbers)
        return self.drop

    def _next(self) -> str:
        self.number += 1
        return str(self.number)

    def _cuts(self, first: date, last: date | None) -> list[date]:
        """Return the last days of all parts but the last one."""
        end = last or self.drop.datum
        room = (end - first).days
        if room < 4:
            return []
        return sorted({first + timedelta(days=self.rnd.randint(0, room - 1)) for _ in range(self.rnd.randint(1, 3))})

    def _rows(self, rows: list[Row], row: Row, names: tuple[str, str, str], what: str) -> None:
        """Split one row of a feed: the first part keeps the number, the last one what is known of the end."""
        number, start, end = names
        last = row[end] or None
        cuts = self._cuts(row[start], last)
        if not cuts:
            return
        self.split[what] += 1
        ended, destination = row[end], row.get("bestemming")
        row[end] = cuts[0]
        if destination is not None:
            row["bestemming"] = ""
        for cut, following in zip(cuts, [*cuts[1:], ended], strict=True):
            begin = cut + DAY + self.later
            rows.append(row | {number: f"{row[number][:1]}{self._next()}", start: begin, end: following})
        if destination is not None:
            rows[-1]["bestemming"] = destination

    def _natura(self, number: str, indicated: list[str]) -> None:
        """Split a stay in natura with its toewijzing: one 305, at most one 307, at most one 301 or indicatie."""
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in self.by_number[number]:
            by_kind[row["kind"]].append(row)
        granted = by_kind["301"] + [row for row in self.drop.indications if row["indicatie_nummer"] == number]
        if len(by_kind["305"]) != 1 or max(len(by_kind["307"]), len(granted), indicated.count(number)) > 1:
            return
        start = by_kind["305"][0]
        if start["status"] != "1" or any(row["status"] != "1" for row in by_kind["307"]):
            return
        supplier = start["supplier"]
        wanted = {(supplier, number)}
        if granted:
            wanted.add(("sdd", number) if "indicatie_nummer" in granted[0] else (supplier, number))
        if not wanted <= self.alone:
            return
        last = by_kind["307"][0]["end"] if by_kind["307"] else None
        if granted:
            begin, end = ("ingangsdatum", "einddatum") if "indicatie_nummer" in granted[0] else ("begin", "end")
            first_common = max(start["begin"], granted[0][begin])
            ends = [day for day in (last, granted[0][end]) if day]
            last_common = min(ends) if ends else None
        else:
            first_common, last_common = start["begin"], last
        cuts = self._cuts(first_common, last_common)[:1]
        if not cuts or cuts[0] <= first_common:
            return
        cut, again = cuts[0], cuts[0] + DAY + self.later
        residences = self.drop.residences[supplier]
        rows = sorted((r for r in residences if r.get("toewijzingnummer") == number), key=lambda r: r["eerste_dag"])
        if rows and rows[-1]["laatste_dag"] and rows[-1]["laatste_dag"] <= cut:
            return  # the destination, which comes with the last row, would stay with the first part
        other = self._next()
        self.split["305"] += 1
        self.drop.messages.append(start | {"number": other, "begin": again})
        ended = {"kind": "307", "end": cut, "reason": "19"}
        for stop in by_kind["307"]:
            stop.update(number=other, begin=again)
        self.drop.messages.append(start | ended)
        for row in granted:
            if "indicatie_nummer" in row:
                self.split["indicatie"] += 1
                self.drop.indications.append(row | {"indicatie_nummer": other, "ingangsdatum": again})
                row["einddatum"] = cut
            else:
                self.split["301"] += 1
                self.drop.messages.append(row | {"number": other, "begin": again})
                row["end"] = cut
        for row in rows:
            if row["laatste_dag"] and row["laatste_dag"] <= cut:
                continue
            if row["eerste_dag"] > cut:
                row.update(toewijzingnummer=other)
                continue
            part = {"verblijf_id": f"R{self._next()}", "toewijzingnummer": other, "eerste_dag": again}
            residences.append(row | part)
            row.update(laatste_dag=cut, bestemming="")


def _standing_alone(night: Night) -> set[tuple[str, str]]:
    """Return (supplier or `sdd`, number) of placements that touch no other one of their partition, not even on a day.

    Where two overlap, the latest start decides which is main (settled 3), and a part starts later than the whole. A PGB
    stay of which the herkomst is unknown is left out too: it is that of the indicatie in force on its first day (D.0).
    """
    alone: set[tuple[str, str]] = set()
    beside: set[tuple[str, str]] = set()
    for life in world_of(night).lives:
        for one in life.placements:
            key = one.key[:2]
            end = one.cut or date.max
            touching = any(
                other is not one
                and (other.region, other.domain, other.basis) == (one.region, one.domain, one.basis)
                and other.start <= end
                and one.start <= (other.cut or date.max)
                for other in life.placements
            )
            unknown = one.care_form == "PGB" and place_name(one.origin, one.region) == UNKNOWN
            (beside if touching or unknown else alone).add(key)
    return alone - beside


# ------------------------------------------------------------------------------------------------ (b) shifting


def shifted(drop: Drop, locations: Locations, days: int = FOUR_YEARS, stops: int = 0) -> tuple[Drop, Locations]:
    """Move every date by so many days; `stops`: the 307s so many more, which counts."""

    def move(value: object) -> object:
        if isinstance(value, date):  # a datetime is one too
            return value + timedelta(days=days)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            try:
                return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
            except ValueError:  # a cell that is meant to be no date
                return value
        return value

    out = copy.deepcopy(drop)
    out.datum += timedelta(days=days)
    for row in _all_rows(out):
        row.update({name: move(value) for name, value in row.items()})
        if row.get("kind") == "307":
            row["end"] += timedelta(days=stops)
    moved = {
        supplier: {
            code: [(gemeente, str(move(start)), str(move(end))) for gemeente, start, end in validity]
            for code, validity in codes.items()
        }
        for supplier, codes in locations.items()
    }
    return out, moved


def _all_rows(drop: Drop) -> list[Row]:
    rows = [*drop.indications, *drop.withdrawn, *drop.leases, *drop.messages]
    for per_supplier in (drop.residences, drop.sign_ups, drop.stays, drop.aftercare):
        for more in per_supplier.values():
            rows += more
    # A row that is in two lists is one object and is changed once.
    return list({id(row): row for row in rows}.values())


def back_in_time(marts: dict[str, Mart], months: int) -> dict[str, Mart]:
    """Return marts with every month and year so many months earlier, and without what hangs on a fixed date.

    Fixed are the start of data, which tells `nieuw` from `onbekend_links`, and the product list of 1 May 2018: those
    instroomtypen are one here, and its conversions are neither administrative nor of a direction.
    """
    out: dict[str, Mart] = {}
    for name, rows in marts.items():
        for key, row in rows.items():
            target, cells = name, list(key)
            if "nieuw" in cells or "onbekend_links" in cells:
                cells = ["nieuw of onbekend_links" if c in ("nieuw", "onbekend_links") else c for c in cells]
            if name == "mart_bezetting_jaar":
                cells[3] -= months // 12
            cells = [add_months(c, -months) if isinstance(c, date) else c for c in cells]
            if name in ("mart_doorstroom", "mart_administratief") and tuple(cells[7:9]) in CONVERSION:
                target, cells[9] = "mart_doorstroom", "productlijst"
            into = out.setdefault(target, {}).setdefault(tuple(cells), dict.fromkeys(row, 0))
            for measure, value in row.items():
                into[measure] += value  # type: ignore[operator]
    return out | {name: {} for name in marts if name not in out}


# ------------------------------------------------------------------------------------------------ (c) order


def shuffled(drop: Drop, seed: int = 8) -> Drop:
    """Put the rows of every feed in another order.

    Of two rows of one indicatie the last one counts, so they keep their order.
    """
    rnd = Random(seed)
    out = copy.deepcopy(drop)
    order: dict[str, list[Row]] = defaultdict(list)
    for row in out.indications:
        order[row["indicatie_nummer"]].append(row)
    numbers = [row["indicatie_nummer"] for row in out.indications]
    rnd.shuffle(numbers)
    out.indications = [order[number].pop(0) for number in numbers]
    for rows in (out.messages, out.leases):
        rnd.shuffle(rows)
    for per_supplier in (out.residences, out.sign_ups, out.stays, out.aftercare):
        for rows in per_supplier.values():
            rnd.shuffle(rows)
    return out


def late_arrivals(drop: Drop, night: Night, folder: Path, seed: int = 9) -> list[Night]:
    """Let messages arrive over four nights, in any order.

    Known time decides whether a status-3 row cancels what was sent again: those toewijzingen arrive on time.
    """
    rnd = Random(seed)
    datum, whole = night
    on_time = {row["number"].encode() for row in drop.messages if row["status"] == "3"}
    nights = [(datum - timedelta(days=3 - number), folder / f"night{number}") for number in range(4)]
    for path in sorted(whole.rglob("*.*")):
        content = path.read_bytes()
        arrives = min((n for n, (day, _) in enumerate(nights) if _leverdatum(path) <= day), default=3)
        if path.name.startswith(("WMO", "berichten")) and not on_time & _numbers_in(path.suffix, content):
            arrives = rnd.randint(arrives, 3)
        for _, home in nights[arrives:]:
            write_file(home / path.parent.relative_to(whole), path.name, content)
    return nights


def _numbers_in(suffix: str, content: bytes) -> set[bytes]:
    parts = [content]
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    return {number for part in parts for number in re.findall(rb"ToewijzingNummer>(\d+)<", part)}


def _leverdatum(path: Path) -> date:
    found = DATE_COLUMNS.search(path.name)
    assert found, path.name
    return datetime.strptime(found[1], "%Y%m%d").date()  # noqa: DTZ007


def correct_by_half(night: Night) -> None:
    """Correct VGGM's last file of verblijven by half of it: not another order but another content."""
    path = max((night[1] / "vggm").glob("vggm_verblijven_*.csv"))
    header, *lines = path.read_bytes().split(b"\r\n")[:-1]
    path.write_bytes(b"\r\n".join([header, *lines[: len(lines) // 2], b""]))


# ------------------------------------------------------------------------------------------------ (d) mergers


def successors() -> dict[str, str]:
    """Return code -> the code of 1 January 2021 for what merged since the start of data, Vianen excepted (D.0)."""
    return {
        code: str(successor)
        for code, (end, successor) in gemeente_table().items()
        if end and successor and date(2015, 1, 1) <= end <= date(2021, 1, 1) and code != VIANEN
    }


def recoded(drop: Drop, codes: dict[str, str]) -> tuple[Drop, Locations]:
    """Deliver the successor's code everywhere, also for days before the merger."""
    out = copy.deepcopy(drop)
    for row in _all_rows(out):
        for name, value in row.items():
            if "gemeente" in name and value in codes:
                row[name] = codes[value]
    locations = {
        supplier: {
            code: [(codes.get(gemeente, gemeente), start, end) for gemeente, start, end in validity]
            for code, validity in houses.items()
        }
        for supplier, houses in small_lives.LOCATIONS.items()
    }
    return out, locations


# ------------------------------------------------------------------------------------------------ (e) silent suppliers


def add_silent_suppliers(night: Night, *, speaks: bool = False) -> None:
    """Add suppliers with an empty folder, with files without a row, and a workbook without one.

    `speaks`: one row is no silence.
    """
    datum, folder = night
    (folder / "zorgaanbieders/46000001").mkdir(parents=True)
    home = folder / "zorgaanbieders/46000002"
    for stamp in (f"{datum - 9 * DAY:%Y%m%d}", f"{datum - DAY:%Y%m%d}"):
        stays = (
            [{"verblijf_id": "Z1", "bsn": "999990019", "locatiecode": "Z", "productcode": "15Z03"}] if speaks else []
        )
        rest: Row = {"leveringsvorm": "PGB", "eerste_dag": date(2018, 3, 3)}
        for name, columns, rows in (
            ("verblijven", FEEDS["verblijven"].columns, [row | rest for row in stays]),
            (
                "locaties",
                FEEDS["locaties"].columns,
                [{"locatiecode": "Z", "gemeente": "0202", "geldig_van": "2000-01-01"}] if speaks else [],
            ),
            ("nazorg", FEEDS["nazorg"].columns, []),
            ("aanmeldingen", (*SIGN_UP, "gezin_id", "rol"), []),
            ("opvang", STAY, []),
        ):
            write_file(home, f"{name}_{stamp}.csv", csv_bytes(columns, rows))
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Verhuringen"
    sheet.append(sorted(LEASE_COLUMNS))
    for title, header in (
        ("Inschrijvingen", ["bsn", "geboortedatum", "inschrijfdatum", "uitschrijfdatum"]),
        ("Contingenten", ["jaar", "gemeente", "soort", "aantal", "mutaties"]),
        ("Ontruimingen", ["datum", "gemeente", "reden", "bsn"]),
    ):
        book.create_sheet(title).append(header)
    (folder / "corporaties/L0009").mkdir(parents=True)
    book.save(folder / f"corporaties/L0009/woningen_{datum - DAY:%Y%m%d}.xlsx")


# ------------------------------------------------------------------------------------------------ (f) twice


def again(whole: Path, folder: Path, datum: date, *, part: int = 0, parts: int = 1, differs: bool = False) -> None:
    """Deliver what a drop holds again under the date of `datum`; of snapshots the last one.

    With `parts` only one part of it: all parts together are everything.
    `differs`: the snapshot of SDD has lost one row in ten, which is a withdrawal.
    """
    files: dict[tuple[Path, str], list[Path]] = defaultdict(list)
    for path in sorted(whole.rglob("*.*")):
        files[(path.parent, DATE_COLUMNS.split(path.name)[0])].append(path)  # names sort by date
    number = 0
    for (home, stem), paths in files.items():
        message = stem.startswith(("WMO", "berichten"))
        mutation = stem in ("vggm_aanmeldingen", "vggm_verblijven", "aanmeldingen", "opvang")
        for path in paths if message or mutation else paths[-1:]:
            number += 1
            if number % parts != part:
                continue
            serial = f"_{int(path.stem.rsplit('_', 1)[1]) + 100_000}" if message else ""
            content = path.read_bytes()
            if differs and stem == "sdd_indicaties":
                lines = content.split(b"\r\n")
                content = b"\r\n".join(line for row, line in enumerate(lines) if row % 10 != 5)
            write_file(folder / home.relative_to(whole), f"{stem}_{datum:%Y%m%d}{serial}{path.suffix}", content)


def delivered_by(night: Night, folder: Path) -> Night:
    """Copy what has come by a night, leaving what comes later and what was held."""
    datum, whole = night
    for path in sorted(whole.rglob("*.*")):
        snapshot = path.name.startswith(("sdd_", "verblijven", "nazorg", "locaties", "woningen"))
        if _leverdatum(path) > datum or (snapshot and _leverdatum(path) == datum):
            continue
        target = folder / path.relative_to(whole)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return datum, folder
