"""Placements (D.0): who was where, in what, by which supplier's word; and what else is known of the persons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tests.oracle.basics import UNKNOWN, Person, current_code, person_of, region_of
from tests.oracle.readers import PRODUCTS, Delivered, Row

SHELTER_RANK = {"crisisopvang": 4, "24uursopvang": 3, "nachtopvang": 2, "vrouwenopvang": 1}
# VO: D.0 (children count in mart_opvang only); MO: Q-27 (children never in "cliënten BW/MO").
CHILDREN_LEFT_OUT = {"MO", "VO"}
STATED = "3"  # D.11: the gemeente stated in the besluit or at the aanmelding
Origin = tuple[str | None, str | None]  # delivered gemeentecode, and the step of the ladder
NO_ORIGIN: Origin = (None, None)


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
    moves_to: str | None = None  # delivered gemeente_uitstroom of the row the destination is of
    stops: list[Stop] = field(default_factory=list)
    reason: str | None = None
    number: str | None = None  # toewijzingnummer
    method: str | None = None  # step of the herkomst ladder (D.11), as delivered
    registered: str | None = None  # delivered gemeente_inschrijving of the aanmelding
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

    def _origin(self, number: str | None) -> Origin:
        """Return the delivered herkomst of a toewijzing: the SDD indicatie, else the Afzender of its first 301."""
        if number is None:
            return NO_ORIGIN
        if number in self.indications:
            return _origin_of(self.indications[number])
        return (self.allocations[number][0]["afzender"], STATED) if self._allocation(number) else NO_ORIGIN

    def _origin_in_force(self, person: Person, day: date) -> Origin:
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
        return _origin_of(in_force[0]) if in_force else NO_ORIGIN

    # -- places

    def gemeente_of(self, supplier: str, location: str | None, day: date) -> str | None:
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
            return self.gemeente_of(supplier, location, day), location

        return place

    def _place_of_location(self, supplier: str, location: str | None) -> Callable[[date], tuple]:
        return lambda day: (self.gemeente_of(supplier, location, day), location)

    @cached_property
    def supplier_regions(self) -> dict[str, str]:
        """Return the regio of most starts and stays of every supplier that has any in a regio."""
        starts = {
            (row["leverancier"], row["bsn"], row["toewijzingnummer"], self._product(row), row["begindatum"]): row
            for row in self.starts
        }
        places = [
            *((row["leverancier"], row["ontvanger"]) for row in starts.values()),
            *(
                (row["leverancier"], self.gemeente_of(row["leverancier"], row["locatiecode"], row["eerste_dag"]))
                for row in self.delivered.residences
            ),
            *((row["leverancier"], row["gemeente_verblijf"]) for row in self.delivered.stays),
        ]
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for supplier, gemeente in places:
            if region := region_of(gemeente):
                votes[supplier][region] += 1
        return {supplier: min(found, key=lambda r: (-found[r], r)) for supplier, found in votes.items()}

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
            latest = _latest_residence(residences) if residences else None
            origin, method = self._origin(number)
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
                origin=origin,
                method=method,
                number=number,
                key=(row["leverancier"], number or "", row["begindatum"].isoformat()),
                place=self._place_by_residence(row["leverancier"], number),
                destination=latest["bestemming"] if latest else None,
                moves_to=latest["gemeente_uitstroom"] if latest else None,
                stops=stops,
            )
            found.append((placement, region_of(row["ontvanger"])))
        for row in self.delivered.residences:
            supplier, number = row["leverancier"], row["toewijzingnummer"]
            budget = row["leveringsvorm"] == "PGB"
            if not budget and number and (supplier, number) in started:
                continue  # iWmo gives the placement; this row only says where
            person = person_of(row)
            origin, method = self._origin_in_force(person, row["eerste_dag"]) if budget else self._origin(number)
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
                origin=origin,
                method=method,
                number=None if budget else number,
                key=(supplier, row["verblijf_id"], row["eerste_dag"].isoformat()),
                place=self._place_of_location(supplier, row["locatiecode"]),
                destination=row["bestemming"],
                moves_to=row["gemeente_uitstroom"],
            )
            gemeente = self.gemeente_of(supplier, row["locatiecode"], row["eerste_dag"])
            region = region_of(gemeente)
            if region is None and current_code(gemeente) is not None:
                continue  # a known location in neither regio
            if region is None:
                if number in self.indications:
                    region = "DAV"
                elif allocation := self._allocation(number):
                    region = region_of(allocation["afzender"])
            found.append((placement, region))
        for placement in _in_regions(found):
            yield placement
            if placement.care_form == "PGB" and placement.region == "CG":
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
            method=stay.method,
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
                method=row["herkomst_methode"],
                number=number,
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
                method=STATED,
                number=number,
                key=(row["leverancier"], number, row["ingangsdatum"].isoformat()),
                place=lambda _: (None, None),
            )

    # -- MO and VO

    def _shelter(self) -> Iterator[Placement]:
        found: list[tuple[Placement, str | None]] = []
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
                method=STATED,
                registered=sign_up["gemeente_inschrijving"] if sign_up else None,
                key=(supplier, row["verblijfnummer"], row["eerste_nacht"].isoformat()),
                place=_always(row["gemeente_verblijf"], row["locatiecode"]),
                destination=row["bestemming"],
                moves_to=row["gemeente_uitstroom"],
                reason=sign_up["reden_dakloosheid"] if sign_up else None,
            )
            if supplier == "vggm":
                region: str | None = "CG"
            else:
                region = region_of(row["gemeente_verblijf"])
                if region is None and current_code(row["gemeente_verblijf"]) is not None:
                    continue  # a known gemeente in neither regio
            found.append((placement, region))
        yield from _in_regions(found)

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


def _in_regions(found: list[tuple[Placement, str | None]]) -> Iterator[Placement]:
    """Yield the placements with their regio: the one directly known, else that of most of the supplier's others."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for placement, region in found:
        if region:
            votes[placement.supplier][region] += 1
    for placement, region in found:
        by_supplier = sorted(votes[placement.supplier].items(), key=lambda v: (-v[1], v[0]))
        placement.region = region or (by_supplier[0][0] if by_supplier else "")
        if placement.region:
            yield placement


def _origin_of(indication: Row) -> Origin:
    return indication["gemeente_herkomst"], indication["herkomst_methode"]


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
