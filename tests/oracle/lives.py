"""The walk: days, main segments, episodes (settled 1-8) and what they mean (settled 9-12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tests.oracle.basics import (
    DATA_START,
    DAY,
    UNKNOWN,
    Person,
    add_months,
    month_of,
    next_month,
    person_of,
    place_name,
)
from tests.oracle.placements import Placement, Placements, Stop
from tests.oracle.readers import Night, Row, read_nights

GAP = 28  # settled 5
GAP_TEMPORARY_STOP = 91  # settled 5
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
        return place_name(self.origin_code, self.region)

    @property
    def origin_code(self) -> str | None:
        """The delivered code of the herkomst."""
        codes = [segment.placement.origin for segment in self.segments]
        return next((code for code in codes if place_name(code, self.region) != UNKNOWN), None)

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


def midnights(episode: Episode, horizon: date) -> Iterator[date]:
    """Yield every first of a month b with first < b <= last: the client stays over that midnight."""
    midnight = next_month(episode.first)
    while midnight <= min(episode.last, horizon):
        yield midnight
        midnight = next_month(midnight)


class World:
    """Everything the marts are computed from: every life, and what was delivered."""

    def __init__(self, lives: list[Life], placements: Placements, horizon: date) -> None:
        self.lives = lives
        self.placements = placements
        self.delivered = placements.delivered
        self.horizon = horizon  # settled 13: facts from this day on are not in the marts
        self.first_month = min((month_of(p.start) for p in placements.all), default=horizon)
        self.aftercare: dict[Person, list[Row]] = defaultdict(list)
        for row in self.delivered.aftercare:
            self.aftercare[person_of(row)].append(row)
        self.leases: dict[Person, list[Row]] = defaultdict(list)
        for row in self.delivered.leases:
            if row["bsn"]:
                self.leases[("bsn", row["bsn"])].append(row)
        self._meanings: dict[Person, Meaning] = {}

    def meaning(self, life: Life) -> Meaning:
        """Return what the episodes of a life mean."""
        if life.person not in self._meanings:
            self._meanings[life.person] = Meaning(life, self.aftercare[life.person], self.leases[life.person])
        return self._meanings[life.person]


def world_of(*nights: Night) -> World:
    """Read what was delivered and walk every life up to the end of the last complete month before the last night."""
    placements = Placements(read_nights(*nights))
    horizon = month_of(nights[-1][0])
    by_person: dict[Person, list[Placement]] = defaultdict(list)
    for placement in placements.all:
        by_person[placement.person].append(placement)
    lives = [Life(person, mine, placements.deaths.get(person), horizon) for person, mine in sorted(by_person.items())]
    return World(lives, placements, horizon)
