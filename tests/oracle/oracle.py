"""The oracle: from delivered files to marts, one person at a time, one day at a time.

Written from `definitions.md` of the specification (D.0 and the settled details 1-13), not from the SQL. It is slow and
obvious on purpose: a dict of days says where a person is, and every figure counts those days and their changes.
Persons are known here by BSN, or by supplier and clientnummer, in clear and in memory only.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from tests.oracle.readers import PRODUCTS, Delivered, Night, Row, read_nights

DAY = timedelta(days=1)
DATA_START = date(2015, 1, 1)  # settled 11: start of data, a parameter
GAP = 28  # settled 5
GAP_TEMPORARY_STOP = 91  # settled 5
MERGED_ON = date(2021, 1, 1)  # the indeling every gemeente is reported in

REGION_MEMBERS = {
    "DAV": ["0482", "0505", "0531", "0590", "0610", "0642", "0512", "0523", "1978", "1961"],
    "CG": ["0202", "0221", "0226", "1705", "1734", "0274", "0275", "0277", "0293", "0299"],
}
REGION_OF = {code: region for region, codes in REGION_MEMBERS.items() for code in codes}
OUTSIDE, NOT_REGISTERED, UNKNOWN = "BUITEN_REGIO", "NIET_INGESCHREVEN", "ONBEKEND"
VIANEN = "0620"  # never a member, not mapped on (D.0)

SHELTER_RANK = {"crisisopvang": 4, "24uursopvang": 3, "nachtopvang": 2, "vrouwenopvang": 1}
DESTINATION_GROUP = (
    {f"U0{n}": "gewenst" for n in range(1, 9)}
    | dict.fromkeys(("U10", "U11", "U12", "U10_of_U12", "U20", "U21", "U22"), "neutraal")
    | dict.fromkeys(("U30", "U31", "U32", "U33"), "ongewenst")
    | {"U40": "apart", "U50": "kwaliteit", "U99": "kwaliteit"}
)
# VO: D.0 (children count in mart_opvang only); MO: Q-27 (children never in "cliënten BW/MO").
CHILDREN_LEFT_OUT = {"MO", "VO"}
LEASE_DESTINATION = {
    "regulier": "U01",
    "contingent": "U02",
    "omklap": "U03",
    "driepartijen": "U03",
    "tijdelijk_woonbegeleiding": "U03",
    "onderhuur": "U03",
}
CONVERSION_DAY = date(2018, 5, 1)
CONVERSION = {("15A00", "15Z03"), ("15A00", "15Z04"), ("15A0S", "15Z01"), ("15A0S", "15Z02")}

# Keys (in the order of marts.md) and measures of every mart the oracle computes.
_BASE = ("regio", "gemeente_basis", "gemeente_code", "maand", "domein", "perimeter", "basis")
_YEAR = tuple("jaar" if name == "maand" else name for name in _BASE)
_STOCK = ("product_code", "leveringsvorm", "leeftijdsklasse")
_STOCK_MEASURES = ("stand_eind", "clientdagen", "zorgjaren", "unieke_clienten")
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_instroom": ((*_BASE, "product_code", "instroomtype", "route", "van_buiten_regio"), ("aantal",)),
    "mart_doorstroom": ((*_BASE, "van_product", "naar_product", "richting"), ("aantal",)),
    "mart_administratief": ((*_BASE, "van_product", "naar_product", "oorzaak"), ("aantal",)),
    "mart_uitstroom": ((*_BASE, "product_code", "bestemming", "bestemmingsgroep"), ("aantal",)),
    "mart_stroombalans": (
        _BASE,
        (
            "stand_begin",
            "instroom",
            "uitstroom",
            "wissel_in",
            "wissel_uit",
            "grens_in",
            "grens_uit",
            "stand_eind",
            "verschil",
        ),
    ),
    "mart_bezetting": ((*_BASE, *_STOCK), _STOCK_MEASURES),
    "mart_bezetting_jaar": ((*_YEAR, *_STOCK), _STOCK_MEASURES),
    "mart_herkomst_verblijf": (
        ("regio", "maand", "domein", "perimeter", "basis", "herkomst_code", "verblijf_code"),
        ("personen", "clientdagen"),
    ),
    "mart_leveringsvorm": (
        ("regio", "maand", "perimeter", "basis"),
        ("totaal", "zin", "pgb", "beide", "onbekend"),
    ),
    "mart_gevoeligheid": (
        ("hiaat_dagen", "regio", "maand", "domein", "perimeter", "basis"),
        ("instroom", "uitstroom", "stand_eind"),
    ),
}
GAPS_PUBLISHED = (0, 7, 28, 91)  # D.2.4, Q-02
Person = tuple[str, ...]
Mart = dict[tuple, dict[str, object]]


# ------------------------------------------------------------------------------------------------ dates


def month_of(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def add_months(day: date, months: int) -> date:
    """Add months as PostgreSQL does: the same day of the month, or the last one there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), next_month(first) - DAY)


def days_in_year(year: int) -> int:
    """Return 365 or 366."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def age_class(birth: date | None, day: date) -> str:
    """Band of the age in whole years on a day; 29 February counts as 1 March in common years (Q-22)."""
    if birth is None:
        return "onbekend"
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    for limit, name in ((18, "0-17"), (23, "18-22"), (30, "23-29"), (50, "30-49"), (65, "50-64")):
        if age < limit:
            return name
    return "65+"


# ------------------------------------------------------------------------------------------------ gemeenten


@cache
def gemeente_table() -> dict[str, tuple[date | None, str | None]]:
    """Return code -> (first day it was no longer valid, successor).

    From the project's own seed when there is one, else from the national table 33 beside the project.
    Raises FileNotFoundError when neither is there.
    """
    root = Path(__file__).resolve().parents[2]
    seed = root / "dbt_project/seeds/referentie/gemeente.csv"
    if seed.exists():
        with seed.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.DictReader(handle))
        return {
            line["gemeente_code"].removeprefix("GM"): (
                date.fromisoformat(line["datum_einde"]) if line["datum_einde"] else None,
                line["opvolger_code"].removeprefix("GM") or None,
            )
            for line in lines
        }
    table = root.parent / "shared/reference/tabel33_gemeenten.csv"
    with table.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle, delimiter=";"))[1:]
    return {
        code: (date.fromisoformat(f"{end[:4]}-{end[4:6]}-{end[6:]}") if end else None, successor or None)
        for code, _, successor, _, end in rows
    }


@cache
def merger_days() -> tuple[date, ...]:
    """Return the days from the start of data on which a gemeentecode lapsed and had a successor."""
    days = {end for end, successor in gemeente_table().values() if end and successor}
    return tuple(sorted(day for day in days if DATA_START <= day <= MERGED_ON))


def lapsed_on(code: str) -> date | None:
    """Return the first day a gemeentecode was no longer valid, or None."""
    return gemeente_table().get(code, (None, None))[0]


def current_code(code: str | None) -> str | None:
    """Map a gemeentecode to the indeling of 1 January 2021; None when it is unknown or never existed."""
    table = gemeente_table()
    if code is None or code == "0000":
        return None
    if code == "9999":
        return code
    if code not in table:
        return None
    while code != VIANEN:
        end, successor = table[code]
        if end is None or end > MERGED_ON or successor is None:
            return code
        code = successor
    return code


def place_name(code: str | None, region: str) -> str:
    """Return the gemeente_code of the marts for a delivered code, as seen from a regio (settled 8)."""
    mapped = current_code(code)
    if mapped is None:
        return UNKNOWN
    if mapped == "9999":
        return NOT_REGISTERED
    return f"GM{mapped}" if REGION_OF.get(mapped) == region else OUTSIDE


def region_of(code: str | None) -> str | None:
    """Return the regio of a delivered gemeentecode, or None."""
    return REGION_OF.get(current_code(code) or "")


# ------------------------------------------------------------------------------------------------ placements


@dataclass(frozen=True)
class Stop:
    """A standing 307 of a placement."""

    code: str
    last: date
    version: str


@dataclass(eq=False)
class Placement:
    """One row of D.0: a person in a product at a supplier, from `start` to `last` (None: still there)."""

    person: Person
    region: str
    domain: str
    basis: str
    product: str
    care_form: str
    supplier: str
    start: date
    last: date | None
    origin: str | None
    key: tuple[str, str, str]
    place: Callable[[date], tuple[str | None, str | None]]  # day -> (delivered gemeentecode, locatiecode)
    destination: str | None = None
    stops: list[Stop] = field(default_factory=list)
    reason: str | None = None
    cut: date | None = None  # last day after the cut at death
    kept: date | None = None  # last day after a same-day switch gave its last day away

    @property
    def rank(self) -> int:
        """Intensity rank of D.2."""
        if self.domain == "BW":
            return PRODUCTS[self.product][1] if self.product in PRODUCTS else 0
        return SHELTER_RANK[self.product]

    @property
    def in_b(self) -> bool:
        """Say whether the product is in perimeter B."""
        return self.domain == "BW" and self.product in PRODUCTS and PRODUCTS[self.product][0]


def person_of(row: Row) -> Person:
    """Return who a row is about: the BSN, else supplier and clientnummer (D.0)."""
    if row.get("bsn"):
        return ("bsn", row["bsn"])
    return ("client", row["leverancier"], row["clientnummer"])


class Placements:
    """All placements of a drop, and what else is known of the persons in them."""

    def __init__(self, delivered: Delivered) -> None:
        self.delivered = delivered
        # Last row of a number counts (interpretation l).
        self.indications = {row["indicatie_nummer"]: row for row in delivered.indications}
        self.allocations: dict[str, list[Row]] = defaultdict(list)
        for row in delivered.messages["301"]:
            row["toewijzingnummer"] = _number(row["toewijzingnummer"])
            self.allocations[row["toewijzingnummer"]].append(row)
        for rows in self.allocations.values():
            rows.sort(key=lambda r: (r["toewijzingsdatum"], r["toewijzingstijd"] or "", r["leverdatum"]))
        for kind in ("305", "307"):
            for row in delivered.messages[kind]:
                row["toewijzingnummer"] = _number(row["toewijzingnummer"])
        self.starts = self._standing("305")
        self.stops = self._standing("307")
        self.stops_by_start: dict[tuple, list[Row]] = defaultdict(list)
        for row in self.stops:
            self.stops_by_start[_start_of(row)].append(row)
        self.indications_of: dict[Person, list[Row]] = defaultdict(list)
        for row in self.indications.values():
            self.indications_of[person_of(row)].append(row)
        self.locations: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in delivered.locations:
            self.locations[(row["leverancier"], row["locatiecode"])].append(row)
        self.residences: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in delivered.residences:
            if row["toewijzingnummer"]:
                self.residences[(row["leverancier"], row["toewijzingnummer"])].append(row)
        self.all: list[Placement] = [
            *self._bw_delivery(),
            *self._bw_allocated(),
            *self._shelter(),
        ]
        self.deaths = self._deaths()
        self.births = self._births()

    # -- messages

    def _standing(self, kind: str) -> list[Row]:
        """Return the 305 or 307 rows no status-3 row of the same key, of that leverdatum or later, cancels."""

        def key(row: Row) -> tuple:
            base = (row["leverancier"], row["bsn"], row["toewijzingnummer"], row["categorie"], row["code"])
            stop = (row["reden_beeindiging"], row["einddatum"]) if kind == "307" else ()
            return (*base, row["begindatum"], *stop)

        rows = self.delivered.messages[kind]
        cancelled: dict[tuple, date] = {}
        for row in rows:
            if row["status"] == "3":
                cancelled[key(row)] = max(cancelled.get(key(row), date.min), row["leverdatum"])
        return [
            row
            for row in rows
            if row["status"] != "3" and not (key(row) in cancelled and row["leverdatum"] <= cancelled[key(row)])
        ]

    def _allocation(self, number: str | None) -> Row | None:
        """Return the standing 301 of a number: the latest, unless that one says it was removed (13)."""
        rows = self.allocations.get(number or "")
        return rows[-1] if rows and rows[-1]["reden_wijziging"] != "13" else None

    def _product(self, row: Row) -> str:
        """Return the product of a 305 or 307: its own code, else that of its toewijzing."""
        if row["code"]:
            return row["code"]
        indication = self.indications.get(row["toewijzingnummer"] or "")
        if indication and indication["productcode"]:
            return indication["productcode"]
        allocation = self._allocation(row["toewijzingnummer"])
        return (allocation and allocation["code"]) or UNKNOWN

    def _origin(self, number: str | None) -> str | None:
        """Return the delivered herkomst of a toewijzing: the SDD indicatie, else the Afzender of its first 301."""
        if number is None:
            return None
        if number in self.indications:
            return self.indications[number]["gemeente_herkomst"]
        return self.allocations[number][0]["afzender"] if self._allocation(number) else None

    def _origin_in_force(self, person: Person, day: date) -> str | None:
        """Return the herkomst of a PGB stay: the indicatie in force on its first day (interpretation h)."""
        in_force = [
            row
            for row in self.indications_of[person]
            if row["besluit"] == "toegekend"
            and row["ingangsdatum"]
            and row["ingangsdatum"] <= day
            and (row["einddatum"] is None or day <= row["einddatum"])
        ]
        in_force.sort(key=lambda r: r["indicatie_nummer"])
        in_force.sort(key=lambda r: r["ingangsdatum"], reverse=True)
        return in_force[0]["gemeente_herkomst"] if in_force else None

    # -- places

    def _gemeente(self, supplier: str, location: str | None, day: date) -> str | None:
        """Return the delivered gemeente of a location on a day (interpretation g)."""
        rows = self.locations.get((supplier, location or ""), [])
        rows = sorted(rows, key=lambda r: r["geldig_van"] or date.min)
        started = [r for r in rows if (r["geldig_van"] or date.min) <= day]
        valid = [r for r in started if r["geldig_tot"] is None or day <= r["geldig_tot"]]
        chosen = valid[-1:] or started[-1:] or rows[:1]
        return chosen[0]["gemeente"] if chosen else None

    def _place_by_residence(self, supplier: str, number: str | None) -> Callable[[date], tuple]:
        """Return where a client of a 305 is: the verblijven row of that toewijzing that covers the day."""
        rows = self.residences.get((supplier, number or ""), [])

        def place(day: date) -> tuple[str | None, str | None]:
            covering = [r for r in rows if r["eerste_dag"] <= day and (not r["laatste_dag"] or day <= r["laatste_dag"])]
            if not covering:
                return None, None
            location = _latest_residence(covering)["locatiecode"]
            return self._gemeente(supplier, location, day), location

        return place

    def _place_of_location(self, supplier: str, location: str | None) -> Callable[[date], tuple]:
        return lambda day: (self._gemeente(supplier, location, day), location)

    # -- BW, levering

    def _bw_delivery(self) -> Iterator[Placement]:
        found: list[tuple[Placement, str | None]] = []  # with the regio that is directly known
        started: set[tuple[str, str | None]] = set()
        seen: set[tuple] = set()
        for row in self.starts:
            number, product = row["toewijzingnummer"], self._product(row)
            started.add((row["leverancier"], number))
            if (row["leverancier"], row["bsn"], number, product, row["begindatum"]) in seen:
                continue
            seen.add((row["leverancier"], row["bsn"], number, product, row["begindatum"]))
            stops = [
                Stop(stop["reden_beeindiging"], stop["einddatum"], stop["versie"])
                for stop in self.stops_by_start[_start_of(row)]
                if self._product(stop) == product
            ]
            last = max((stop.last for stop in stops), default=None)
            residences = [
                r
                for r in self.residences.get((row["leverancier"], number or ""), [])
                if last is not None and r["eerste_dag"] <= last
            ]
            placement = Placement(
                person=("bsn", row["bsn"]),
                region="",
                domain="BW",
                basis="levering",
                product=product,
                care_form="ZIN",
                supplier=row["leverancier"],
                start=row["begindatum"],
                last=last,
                origin=self._origin(number),
                key=(row["leverancier"], number or "", row["begindatum"].isoformat()),
                place=self._place_by_residence(row["leverancier"], number),
                destination=_latest_residence(residences)["bestemming"] if residences else None,
                stops=stops,
            )
            found.append((placement, region_of(row["ontvanger"])))
        outside: set[int] = set()
        for row in self.delivered.residences:
            supplier, number = row["leverancier"], row["toewijzingnummer"]
            budget = row["leveringsvorm"] == "PGB"
            if not budget and number and (supplier, number) in started:
                continue  # iWmo gives the placement; this row only says where
            person = person_of(row)
            placement = Placement(
                person=person,
                region="",
                domain="BW",
                basis="levering",
                product=row["productcode"] or UNKNOWN,
                care_form="PGB" if budget else "ZIN",
                supplier=supplier,
                start=row["eerste_dag"],
                last=row["laatste_dag"],
                origin=self._origin_in_force(person, row["eerste_dag"]) if budget else self._origin(number),
                key=(supplier, row["verblijf_id"], row["eerste_dag"].isoformat()),
                place=self._place_of_location(supplier, row["locatiecode"]),
                destination=row["bestemming"],
            )
            gemeente = self._gemeente(supplier, row["locatiecode"], row["eerste_dag"])
            region = region_of(gemeente)
            if region is None and current_code(gemeente) is not None:
                outside.add(id(placement))  # a known location in neither regio
            elif region is None:
                if number in self.indications:
                    region = "DAV"
                elif allocation := self._allocation(number):
                    region = region_of(allocation["afzender"])
            found.append((placement, region))
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for placement, region in found:
            if region:
                votes[placement.supplier][region] += 1
        for placement, region in found:
            if id(placement) in outside:
                continue
            by_supplier = sorted(votes[placement.supplier].items(), key=lambda v: (-v[1], v[0]))
            chosen = region or (by_supplier[0][0] if by_supplier else None)
            if chosen:
                placement.region = chosen
                yield placement
                if placement.care_form == "PGB" and chosen == "CG":
                    yield self._allocated_budget(placement)

    def _allocated_budget(self, stay: Placement) -> Placement:
        """CG has no other trace of a PGB toewijzing than the stay itself (D.0)."""
        return Placement(
            person=stay.person,
            region="CG",
            domain="BW",
            basis="toewijzing",
            product=stay.product,
            care_form="PGB",
            supplier=stay.supplier,
            start=stay.start,
            last=stay.last,
            origin=stay.origin,
            key=stay.key,
            place=lambda _: (None, None),
        )

    # -- BW, toewijzing

    def _bw_allocated(self) -> Iterator[Placement]:
        for number, row in self.indications.items():
            if row["besluit"] != "toegekend" or not row["ingangsdatum"]:
                continue
            yield Placement(
                person=person_of(row),
                region="DAV",
                domain="BW",
                basis="toewijzing",
                product=row["productcode"] or UNKNOWN,
                care_form=row["leveringsvorm"],
                supplier=row["aanbieder_agb"] or "",
                start=row["ingangsdatum"],
                last=row["einddatum"],
                origin=row["gemeente_herkomst"],
                key=("sdd", number, row["ingangsdatum"].isoformat()),
                place=lambda _: (None, None),
            )
        for number in self.allocations:
            allocation = self._allocation(number)
            if allocation is None or region_of(allocation["afzender"]) != "CG":
                continue
            row = allocation
            yield Placement(
                person=("bsn", row["bsn"]),
                region="CG",
                domain="BW",
                basis="toewijzing",
                product=row["code"] or UNKNOWN,
                care_form="ZIN",
                supplier=row["leverancier"],
                start=row["ingangsdatum"],
                last=row["einddatum"],
                origin=self.allocations[number][0]["afzender"],
                key=(row["leverancier"], number, row["ingangsdatum"].isoformat()),
                place=lambda _: (None, None),
            )

    # -- MO and VO

    def _shelter(self) -> Iterator[Placement]:
        found: list[tuple[Placement, str | None]] = []
        outside: set[int] = set()
        for row in self.delivered.stays:
            if row["voorziening"] not in SHELTER_RANK:
                continue
            supplier = row["leverancier"]
            sign_up = self.delivered.sign_ups.get((supplier, row["aanmeldnummer"] or ""))
            domain = "VO" if row["voorziening"] == "vrouwenopvang" else "MO"
            if sign_up and sign_up.get("rol") == "kind" and domain in CHILDREN_LEFT_OUT:
                continue
            placement = Placement(
                person=person_of(sign_up) if sign_up else ("aanmelding", supplier, row["aanmeldnummer"] or ""),
                region="",
                domain=domain,
                basis="levering",
                product=row["voorziening"],
                care_form="-",
                supplier=supplier,
                start=row["eerste_nacht"],
                last=row["laatste_nacht"],
                origin=sign_up["gemeente_historisch"] if sign_up else None,
                key=(supplier, row["verblijfnummer"], row["eerste_nacht"].isoformat()),
                place=_always(row["gemeente_verblijf"], row["locatiecode"]),
                destination=row["bestemming"],
                reason=sign_up["reden_dakloosheid"] if sign_up else None,
            )
            if supplier == "vggm":
                region: str | None = "CG"
            else:
                region = region_of(row["gemeente_verblijf"])
                if region is None and current_code(row["gemeente_verblijf"]) is not None:
                    outside.add(id(placement))
            found.append((placement, region))
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for placement, region in found:
            if region:
                votes[placement.supplier][region] += 1
        for placement, region in found:
            if id(placement) in outside:
                continue
            by_supplier = sorted(votes[placement.supplier].items(), key=lambda v: (-v[1], v[0]))
            chosen = region or (by_supplier[0][0] if by_supplier else None)
            if chosen:
                placement.region = chosen
                yield placement

    # -- persons

    def _deaths(self) -> dict[Person, date]:
        deaths: dict[Person, date] = {}
        for row in self.stops:
            if row["reden_beeindiging"] == "02":
                person = ("bsn", row["bsn"])
                deaths[person] = min(deaths.get(person, date.max), row["einddatum"])
        return deaths

    def _births(self) -> dict[Person, date]:
        """Return the birth date of a person: the first feed that has one decides (interpretation b)."""
        births: dict[Person, date] = {}
        messages = self.delivered.messages
        feeds: list[list[Row]] = [
            list(self.delivered.indications),
            sorted(messages["301"], key=lambda r: r["leverdatum"]),
            sorted(self.starts, key=lambda r: r["leverdatum"]),
            sorted(self.stops, key=lambda r: r["leverdatum"]),
            *(
                sorted(
                    (r for (supplier, _), r in self.delivered.sign_ups.items() if (supplier == "vggm") == central),
                    key=lambda r: r["mutatietijd"],
                )
                for central in (True, False)
            ),
        ]
        for rows in feeds:
            in_feed = {person_of(row): row["geboortedatum"] for row in rows if row["geboortedatum"]}
            births = in_feed | births
        return births


def _always(gemeente: str | None, location: str | None) -> Callable[[date], tuple[str | None, str | None]]:
    return lambda _: (gemeente, location)


def _number(text: str | None) -> str | None:
    return str(int(text)) if text else None


def _start_of(row: Row) -> tuple:
    """Return what a 307 has in common with its 305, the product apart."""
    return (row["leverancier"], row["bsn"], row["toewijzingnummer"], row["begindatum"])


def _latest_residence(rows: Iterable[Row]) -> Row:
    """Return the row with the latest eerste_dag, then the lowest verblijf_id."""
    return sorted(sorted(rows, key=lambda r: r["verblijf_id"]), key=lambda r: r["eerste_dag"], reverse=True)[0]


# ------------------------------------------------------------------------------------------------ the walk


@dataclass
class Segment:
    """Consecutive days of one placement at one place: the main placement of those days (settled 3)."""

    placement: Placement
    first: date
    last: date
    gemeente: str
    location: str | None

    @property
    def product(self) -> str:
        """Product of the placement."""
        return self.placement.product


@dataclass(eq=False)
class Episode:
    """Continuous presence of one person in a regio, domein, basis and perimeter."""

    person: Person
    region: str
    domain: str
    basis: str
    perimeter: str
    segments: list[Segment]
    running: bool  # still there at the end of the last complete month

    @property
    def first(self) -> date:
        """First day."""
        return self.segments[0].first

    @property
    def last(self) -> date:
        """Last day; when running, a day that lies on or after the first of DATE's month."""
        return self.segments[-1].last

    @property
    def origin(self) -> str:
        """Herkomst: the first known one among the main segments (settled 8)."""
        for segment in self.segments:
            name = place_name(segment.placement.origin, self.region)
            if name != UNKNOWN:
                return name
        return UNKNOWN

    def on_night_before(self, midnight: date) -> Segment:
        """Return the segment that still holds at a midnight: the latest that began before it (settled 6 and 7)."""
        return [segment for segment in self.segments if segment.first < midnight][-1]

    def gemeente(self, basis: str, segment: Segment) -> str:
        """Return the gemeente_code for a gemeente_basis."""
        return self.origin if basis == "herkomst" else segment.gemeente


def main_by_day(placements: list[Placement], horizon: date) -> dict[date, Placement]:
    """Choose one placement a day (settled 2 and 3).

    The walk goes one day past the last complete month: who is there on that day is still there at the end.
    """
    main: dict[date, Placement] = {}
    for placement in placements:
        last = placement.cut
        if last is not None and any(
            other is not placement and other.start == last and (other.cut is None or other.cut > last)
            for other in placements
        ):
            last -= DAY  # same-day switch: the receiver has the day
        placement.kept = last
        day = placement.start
        while day <= (horizon if last is None else last):
            if day not in main or _goes_before(placement, main[day]):
                main[day] = placement
            day += DAY
    return main


def _goes_before(one: Placement, other: Placement) -> bool:
    """Highest rank, then latest start, then lowest key."""
    if one.rank != other.rank:
        return one.rank > other.rank
    if one.start != other.start:
        return one.start > other.start
    return (one.key, one.product) < (other.key, other.product)


def segments_of(main: dict[date, Placement], where: dict[date, tuple[str, str | None]]) -> list[Segment]:
    """Cut the days into main segments: one placement, one gemeente, one location, no day missing."""
    segments: list[Segment] = []
    for day in sorted(main):
        gemeente, location = where[day]
        if segments:
            previous = segments[-1]
            if (
                previous.last + DAY == day
                and previous.placement is main[day]
                and previous.gemeente == gemeente
                and previous.location == location
            ):
                previous.last = day
                continue
        segments.append(Segment(main[day], day, day, gemeente, location))
    return segments


def allowed_gap(before: Segment, gap: int | None = None) -> int:
    """N of settled 5, from the placement that was main on the day before the gap.

    `gap` is another N than the norm; a temporary stop keeps its own, unless nothing at all is bridged (N = 0, the rule
    of CBS).
    """
    gap = GAP if gap is None else gap
    temporary = gap > 0 and any(stop.code == "20" and stop.last == before.last for stop in before.placement.stops)
    return max(gap, GAP_TEMPORARY_STOP) if temporary else gap


def episodes_of(segments: list[Segment], n_days: int | None = None) -> list[list[Segment]]:
    """Put successive segments in one episode when the gap between them is not too long; `n_days` is another N."""
    episodes: list[list[Segment]] = []
    for segment in segments:
        if episodes:
            before = episodes[-1][-1]
            gap = (segment.first - (before.last + DAY)).days
            if gap <= allowed_gap(before, n_days):
                episodes[-1].append(segment)
                continue
        episodes.append([segment])
    return episodes


class Life:
    """Everything one person did, day by day."""

    def __init__(self, person: Person, placements: list[Placement], death: date | None, horizon: date) -> None:
        self.person = person
        self.death = death if death and death < horizon else None
        self.horizon = horizon
        self.placements: list[Placement] = []
        for placement in placements:
            if placement.start >= horizon or (self.death and placement.start > self.death):
                continue
            if placement.last and placement.last >= horizon:
                placement.last = None
            placement.cut = placement.last
            if self.death and (placement.last is None or placement.last > self.death):
                placement.cut = self.death
            self.placements.append(placement)
        self.segments: dict[tuple[str, str, str], list[Segment]] = {}
        self.episodes: list[Episode] = []
        self.codes: dict[tuple[str, str, str], dict[date, str | None]] = {}  # delivered verblijf, by day
        partitions = sorted({(p.region, p.domain, p.basis) for p in self.placements})  # levering before toewijzing
        mains: dict[tuple[str, str, str], dict[date, Placement]] = {}
        for partition in partitions:
            region, domain, basis = partition
            mine = [p for p in self.placements if (p.region, p.domain, p.basis) == partition]
            main = mains[partition] = main_by_day(mine, horizon)
            delivered = mains.get((region, domain, "levering"), {})
            codes = self.codes[partition] = {}
            where: dict[date, tuple[str, str | None]] = {}
            for day, placement in main.items():
                if basis == "levering":
                    codes[day], location = placement.place(day)
                    where[day] = place_name(codes[day], region), location
                else:
                    # verblijf of a toewijzing: that of the main levering placement of that regio on that day
                    codes[day] = delivered[day].place(day)[0] if day in delivered else None
                    where[day] = place_name(codes[day], region), None
            self.segments[partition] = segments_of(main, where)
            self.episodes += self._episodes(partition, None)

    def _episodes(self, partition: tuple[str, str, str], n_days: int | None) -> Iterator[Episode]:
        """Yield the episodes of a partition, per perimeter (settled 4); `n_days` is another N than the norm."""
        region, domain, basis = partition
        for perimeter in ("A", "B") if domain == "BW" else ("-",):
            chosen = [s for s in self.segments[partition] if perimeter != "B" or s.placement.in_b]
            for group in episodes_of(chosen, n_days):
                running = group[-1].last >= self.horizon
                yield Episode(self.person, region, domain, basis, perimeter, group, running)

    def with_gap(self, n_days: int) -> Iterator[Episode]:
        """Yield the episodes as they would be with another N."""
        for partition in self.segments:
            yield from self._episodes(partition, n_days)

    def care_forms(self, episode: Episode, midnight: date) -> set[str]:
        """Return the leveringsvormen of a client in stand at a midnight (D.13).

        That of the main placement of the night before (settled 6 and 7), and of any other one there over that midnight
        (D.8: s < b < e).
        """
        forms = {episode.on_night_before(midnight).placement.care_form}
        for placement in self.placements:
            if (placement.region, placement.domain, placement.basis) != (
                episode.region,
                episode.domain,
                episode.basis,
            ):
                continue
            if episode.perimeter == "B" and not placement.in_b:
                continue
            if placement.start < midnight and (placement.kept is None or placement.kept >= midnight):
                forms.add(placement.care_form)
        return forms

    def of(self, episode: Episode) -> list[Episode]:
        """Return the episodes of the same regio, domein, basis and perimeter, in order of time."""
        return [
            e
            for e in self.episodes
            if (e.region, e.domain, e.basis, e.perimeter)
            == (episode.region, episode.domain, episode.basis, episode.perimeter)
        ]


# ------------------------------------------------------------------------------------------------ what it means


class Meaning:
    """Instroomtype, route and bestemming (settled 10, 11 and 12)."""

    def __init__(self, life: Life, aftercare: list[Row], leases: list[Row]) -> None:
        self.life = life
        self.guaranteed = {row["laatste_dag"] for row in aftercare if row["terugkeergarantie"] == "J"}
        self.leases = leases

    def inflow_type(self, episode: Episode) -> str:
        """Return terugkeer, herinstroom, eerder_bekend, nieuw or onbekend_links (settled 11)."""
        start = episode.first
        exits = [e.last for e in self.life.of(episode) if e.last < start]
        recent = [last for last in exits if add_months(last, 24) >= start]
        if any(last in self.guaranteed for last in recent):
            return "terugkeer"
        if recent:
            return "herinstroom"
        if exits and add_months(max(exits), 60) >= start:
            return "eerder_bekend"
        if add_months(DATA_START, 60) <= start:
            return "nieuw"
        return "onbekend_links"

    def route(self, episode: Episode) -> str:
        """Return where an episode came from (settled 12)."""
        start = episode.first
        if episode.domain == "MO":
            return episode.segments[0].placement.reason or "onbekend"
        if episode.domain == "VO":
            return "onbekend"

        def just_before(other: Episode) -> bool:
            if other.first <= start <= other.last:
                return True
            return other.last < start and (start - other.last).days <= 28

        if any(e.domain == "MO" and just_before(e) for e in self.life.episodes):
            return "MO"
        if any(self._elsewhere(e, episode) and just_before(e) for e in self.life.episodes):
            return "BW_andere_regio"
        return "onbekend"

    @staticmethod
    def _elsewhere(other: Episode, episode: Episode) -> bool:
        """Say whether an episode is of the same domein and basis, perimeter A (or none), in another regio."""
        return (
            other.domain == episode.domain
            and other.basis == episode.basis
            and other.perimeter in ("A", "-")
            and other.region != episode.region
        )

    def destination(self, episode: Episode) -> str:  # noqa: PLR0911 -- one return per rule of the spec
        """Return the bestemming of an exit: the first rule of settled 10 that applies."""
        last, segment = episode.last, episode.segments[-1]
        placement = segment.placement
        if last == self.life.death:
            return "U40"
        if episode.perimeter == "B":
            partition = self.life.segments[(episode.region, episode.domain, episode.basis)]
            if any(s.first <= last + DAY <= s.last for s in partition):
                return "U07"
        given = self._given(episode, placement)
        if given:
            return given
        leases = [row for row in self.leases if abs((row["ingangsdatum"] - last).days) <= 31]
        leases.sort(key=lambda r: (abs((r["ingangsdatum"] - last).days), r["ingangsdatum"], r["contractnummer"]))
        if leases and leases[0]["contractsoort"] in LEASE_DESTINATION:
            return LEASE_DESTINATION[leases[0]["contractsoort"]]

        def soon_after(other: Episode) -> bool:
            return other.first <= last + DAY <= other.last or 0 < (other.first - last).days <= 28

        if any(self._elsewhere(e, episode) and soon_after(e) for e in self.life.episodes):
            return "U20"
        if episode.domain in ("MO", "VO") and any(
            e.domain == "BW" and e.basis == "levering" and e.perimeter == "A" and soon_after(e)
            for e in self.life.episodes
        ):
            return "U08"
        if episode.basis == "levering":
            for stop in sorted((s for s in placement.stops if s.last == last), key=lambda s: s.code):
                by_code = _destination_of_stop(stop)
                if by_code:
                    return by_code
        return "U99"

    def _given(self, episode: Episode, placement: Placement) -> str | None:
        """Return the bestemming a supplier gave, other than U99 (settled 10c)."""
        if episode.basis == "levering":
            ended = placement.last == episode.last
            return placement.destination if ended and placement.destination != "U99" else None
        near = [
            (abs((p.last - episode.last).days), p.last, p.key, p.destination)
            for p in self.life.placements
            if (p.region, p.domain, p.basis) == (episode.region, episode.domain, "levering")
            and p.last is not None
            and abs((p.last - episode.last).days) <= 31
            and p.destination
            and p.destination != "U99"
        ]
        return min(near)[3] if near else None


def _destination_of_stop(stop: Stop) -> str | None:
    """Settled 10f: what a stop code says, by version."""
    old = stop.version.startswith("2.")
    if stop.code == "31":
        return "U22"
    if stop.code == "32":
        return "U07"
    if stop.code == "33" and old:
        return "U12"
    if stop.code == "34" and old:
        return "U10"
    if stop.code == "39" and not old:
        return "U10_of_U12"
    return None


# ------------------------------------------------------------------------------------------------ the marts


def _count(mart: Mart, key: tuple, measure: str = "aantal", by: int = 1) -> None:
    row = mart.setdefault(key, {})
    row[measure] = row.get(measure, 0) + by  # type: ignore[operator]


def lives_of(*nights: Night) -> tuple[list[Life], Placements]:
    """Read what was delivered and walk every life up to the end of the last complete month before the last night."""
    placements = Placements(read_nights(*nights))
    horizon = month_of(nights[-1][0])  # settled 13: facts from this day on are not in the marts
    by_person: dict[Person, list[Placement]] = defaultdict(list)
    for placement in placements.all:
        by_person[placement.person].append(placement)
    return [
        Life(person, mine, placements.deaths.get(person), horizon) for person, mine in sorted(by_person.items())
    ], placements


def compute(drop: Path, datum: date) -> dict[str, Mart]:
    """Return every mart as {key tuple: {measure: value}} for the night of `datum` on an empty ledger."""
    return compute_nights((datum, drop))


def compute_nights(*nights: Night) -> dict[str, Mart]:
    """Return the marts of after the last of these nights, the first of which finds an empty ledger."""
    lives, placements = lives_of(*nights)
    horizon = month_of(nights[-1][0])
    aftercare: dict[Person, list[Row]] = defaultdict(list)
    for row in placements.delivered.aftercare:
        aftercare[person_of(row)].append(row)
    leases: dict[Person, list[Row]] = defaultdict(list)
    for row in placements.delivered.leases:
        if row["bsn"]:
            leases[("bsn", row["bsn"])].append(row)
    marts: dict[str, Mart] = {name: {} for name in MARTS}
    stands: dict[date, Counter[tuple]] = defaultdict(Counter)  # midnight -> combination -> persons
    flows: dict[str, Counter[tuple]] = defaultdict(Counter)  # kind of flow -> (month, combination) -> persons
    unique: dict[tuple, set[Person]] = defaultdict(set)
    for life in lives:
        meaning = Meaning(life, aftercare[life.person], leases[life.person])
        birth = placements.births.get(life.person)
        for episode in life.episodes:
            for basis in ("herkomst", "verblijf"):
                _inflow(marts, flows, episode, basis, meaning)
                if not episode.running:
                    _outflow(marts, flows, episode, basis, meaning)
                _changes(marts, flows, episode, basis, horizon)
                _mergers(marts["mart_administratief"], life, episode, basis)
                _stock(marts, stands, episode, basis, birth=birth, horizon=horizon)
            _matrix(marts["mart_herkomst_verblijf"], episode, horizon)
        _days(marts, unique, life, birth)
        _care_forms(marts["mart_leveringsvorm"], life)
        _sensitivity(marts["mart_gevoeligheid"], life)
    for key, persons in unique.items():
        mart = marts["mart_bezetting" if isinstance(key[3], date) else "mart_bezetting_jaar"]
        _count(mart, key, "unieke_clienten", len(persons))
    for name in ("mart_bezetting", "mart_bezetting_jaar"):
        for key, row in marts[name].items():
            for measure in ("stand_eind", "clientdagen", "unieke_clienten"):
                row.setdefault(measure, 0)
            year = key[3].year if isinstance(key[3], date) else key[3]
            row["zorgjaren"] = Decimal(row["clientdagen"]) / days_in_year(year)  # type: ignore[arg-type]
    _balance(marts["mart_stroombalans"], stands, flows, lives, horizon)
    for name in ("mart_herkomst_verblijf", "mart_leveringsvorm", "mart_gevoeligheid"):
        for row in marts[name].values():
            for measure in MARTS[name][1]:
                row.setdefault(measure, 0)
    return marts


def _key(episode: Episode, basis: str, gemeente: str, period: date | int) -> tuple:
    return (episode.region, basis, gemeente, period, episode.domain, episode.perimeter, episode.basis)


def _flow(flows: dict[str, Counter[tuple]], kind: str, key: tuple) -> None:
    flows[kind][key] += 1


def _inflow(
    marts: dict[str, Mart], flows: dict[str, Counter[tuple]], episode: Episode, basis: str, meaning: Meaning
) -> None:
    first = episode.segments[0]
    key = _key(episode, basis, episode.gemeente(basis, first), month_of(episode.first))
    outside = episode.origin == OUTSIDE
    inflow_type, route = meaning.inflow_type(episode), meaning.route(episode)
    _count(marts["mart_instroom"], (*key, first.product, inflow_type, route, outside))
    _flow(flows, "instroom", key)


def _outflow(
    marts: dict[str, Mart], flows: dict[str, Counter[tuple]], episode: Episode, basis: str, meaning: Meaning
) -> None:
    last = episode.segments[-1]
    key = _key(episode, basis, episode.gemeente(basis, last), month_of(episode.last))
    destination = meaning.destination(episode)
    group = DESTINATION_GROUP.get(destination, "kwaliteit")
    _count(marts["mart_uitstroom"], (*key, last.product, destination, group))
    _flow(flows, "uitstroom", key)


def _changes(
    marts: dict[str, Mart], flows: dict[str, Counter[tuple]], episode: Episode, basis: str, horizon: date
) -> None:
    """Doorstroom, administrative changes and moves between gemeenten (settled 7 and 9)."""
    for old, new in zip(episode.segments, episode.segments[1:], strict=False):
        if new.first >= horizon:
            continue
        month = month_of(new.first)
        key = _key(episode, basis, episode.gemeente(basis, new), month)
        kind = direction(old, new)
        if kind == "productlijst":
            _count(marts["mart_administratief"], (*key, old.product, new.product, kind))
        elif kind:
            _count(marts["mart_doorstroom"], (*key, old.product, new.product, kind))
        if basis == "verblijf" and old.gemeente != new.gemeente:
            _flow(flows, "wissel_uit", _key(episode, basis, old.gemeente, month))
            _flow(flows, "wissel_in", _key(episode, basis, new.gemeente, month))


def _mergers(mart: Mart, life: Life, episode: Episode, basis: str) -> None:
    """Count who is in stand on the day the delivered code of herkomst or verblijf lapsed: administration, no move."""
    codes = life.codes[(episode.region, episode.domain, episode.basis)]
    for day in merger_days():
        if not episode.first < day <= episode.last:
            continue
        segment = episode.on_night_before(day)
        if basis == "verblijf":
            code = codes[min(day - DAY, segment.last)]
        else:
            known = (
                s.placement.origin
                for s in episode.segments
                if place_name(s.placement.origin, episode.region) != UNKNOWN
            )
            code = next(known, None)
        # A code outside the regio is BUITEN_REGIO before and after.
        if code and lapsed_on(code) == day and place_name(code, episode.region) != OUTSIDE:
            key = _key(episode, basis, place_name(code, episode.region), month_of(day))
            _count(mart, (*key, segment.product, segment.product, "herindeling"))


def _matrix(mart: Mart, episode: Episode, horizon: date) -> None:
    """Herkomst against verblijf (D.11): persons at the end of a month, and days."""
    rest = (episode.domain, episode.perimeter, episode.basis, episode.origin)
    for midnight in _midnights(episode, horizon):
        place = episode.on_night_before(midnight).gemeente
        _count(mart, (episode.region, month_of(midnight - DAY), *rest, place), "personen")
    for segment in episode.segments:
        day = segment.first
        while day <= segment.last and day < horizon:
            _count(mart, (episode.region, month_of(day), *rest, segment.gemeente), "clientdagen")
            day += DAY


def _care_forms(mart: Mart, life: Life) -> None:
    """ZIN, PGB or both (D.13), per person in the stand of BW at the end of a month."""
    for episode in life.episodes:
        if episode.domain != "BW":
            continue
        for midnight in _midnights(episode, life.horizon):
            key = (episode.region, month_of(midnight - DAY), episode.perimeter, episode.basis)
            forms = life.care_forms(episode, midnight)
            counted = {
                "totaal": True,
                "zin": "ZIN" in forms,
                "pgb": "PGB" in forms,
                "beide": {"ZIN", "PGB"} <= forms,
                "onbekend": not forms & {"ZIN", "PGB"},
            }
            for measure, counts in counted.items():
                _count(mart, key, measure, int(counts))


def _sensitivity(mart: Mart, life: Life) -> None:
    """Instroom, uitstroom and stand with other gaps (Q-02)."""
    for n_days in GAPS_PUBLISHED:
        for episode in life.with_gap(n_days):
            rest = (episode.domain, episode.perimeter, episode.basis)
            _count(mart, (n_days, episode.region, month_of(episode.first), *rest), "instroom")
            if not episode.running:
                _count(mart, (n_days, episode.region, month_of(episode.last), *rest), "uitstroom")
            for midnight in _midnights(episode, life.horizon):
                _count(mart, (n_days, episode.region, month_of(midnight - DAY), *rest), "stand_eind")


def direction(old: Segment, new: Segment) -> str | None:
    """Return the richting of a change, `productlijst` for the conversion of 1 May 2018, None when nothing changed."""
    if old.product != new.product:
        if (
            new.first == CONVERSION_DAY
            and (old.product, new.product) in CONVERSION
            and old.placement.supplier == new.placement.supplier
        ):
            return "productlijst"
        step = new.placement.rank - old.placement.rank
        return "opschaling" if step > 0 else "afschaling" if step < 0 else "gelijk"
    if old.placement.supplier != new.placement.supplier:
        return "aanbiederwissel"
    if old.location != new.location:
        return "locatiewissel"
    if old.placement.care_form != new.placement.care_form:
        return "leveringsvormwissel"
    return None


def _midnights(episode: Episode, horizon: date) -> Iterator[date]:
    """Yield every first of a month b with first < b <= last: the client stays over that midnight."""
    midnight = next_month(episode.first)
    while midnight <= min(episode.last, horizon):
        yield midnight
        midnight = next_month(midnight)


def _stock(
    marts: dict[str, Mart],
    stands: dict[date, Counter[tuple]],
    episode: Episode,
    basis: str,
    *,
    birth: date | None,
    horizon: date,
) -> None:
    for midnight in _midnights(episode, horizon):
        segment = episode.on_night_before(midnight)
        gemeente = episode.gemeente(basis, segment)
        month = month_of(midnight - DAY)
        key = _key(episode, basis, gemeente, month)
        stands[midnight][key[:3] + key[4:]] += 1
        attributes = (segment.product, segment.placement.care_form, age_class(birth, midnight))
        _count(marts["mart_bezetting"], (*key, *attributes), "stand_eind")
        if midnight.month == 1 or midnight == horizon:
            year_key = (*_key(episode, basis, gemeente, month.year), *attributes)
            _count(marts["mart_bezetting_jaar"], year_key, "stand_eind")


def _days(marts: dict[str, Mart], unique: dict[tuple, set[Person]], life: Life, birth: date | None) -> None:
    """Count client-days: every day with a main placement, once for the month and once for the year."""
    days: dict[tuple, list[tuple[date, Segment, tuple[str, str]]]] = defaultdict(list)
    for episode in life.episodes:
        partition = (episode.region, episode.domain, episode.perimeter, episode.basis)
        for segment in episode.segments:
            gemeenten = (episode.origin, segment.gemeente)
            day = segment.first
            while day <= segment.last and day < life.horizon:
                days[(month_of(day), partition)].append((day, segment, gemeenten))
                days[(day.year, partition)].append((day, segment, gemeenten))
                day += DAY
    for (period, (region, domain, perimeter, care_basis)), spent in days.items():
        mart = marts["mart_bezetting" if isinstance(period, date) else "mart_bezetting_jaar"]
        age = age_class(birth, min(day for day, _, _ in spent))
        for _, segment, gemeenten in spent:
            for basis, gemeente in zip(("herkomst", "verblijf"), gemeenten, strict=True):
                place = (region, basis, gemeente, period, domain, perimeter, care_basis)
                key = (*place, segment.product, segment.placement.care_form, age)
                _count(mart, key, "clientdagen")
                unique[key].add(life.person)


def _balance(
    mart: Mart,
    stands: dict[date, Counter[tuple]],
    flows: dict[str, Counter[tuple]],
    lives: list[Life],
    horizon: date,
) -> None:
    """Every combination that ever occurs, every month from the first with data to the last complete one."""
    starts = [episode.first for life in lives for episode in life.episodes]
    if not starts:
        return
    combinations = {key for counted in stands.values() for key in counted}
    combinations |= {key[:3] + key[4:] for counted in flows.values() for key in counted}
    month = month_of(min(starts))
    while month < horizon:
        for combination in combinations:
            key = (*combination[:3], month, *combination[3:])
            row = {
                "stand_begin": stands[month][combination],
                "instroom": flows["instroom"][key],
                "uitstroom": flows["uitstroom"][key],
                "wissel_in": flows["wissel_in"][key],
                "wissel_uit": flows["wissel_uit"][key],
                "grens_in": 0,
                "grens_uit": 0,
                "stand_eind": stands[next_month(month)][combination],
            }
            inward = row["stand_begin"] + row["instroom"] + row["wissel_in"]
            row["verschil"] = inward - row["uitstroom"] - row["wissel_uit"] - row["stand_eind"]
            mart[key] = dict(row)
        month = next_month(month)
