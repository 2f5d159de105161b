"""Homes (D.5, D.7, D.10; mart_woonopgave): contingents and leases, readiness, potential, stagnation and landing.

D.7 and D.10 say what each measure is; for whom and where is followed as the model chooses:
- Contingents, leases and waiting times stand under the corporation and the gemeente of the dwelling (outside both
  regions or unknown: in the regio of most of its leases and agreements). Potential, stagnation and landing have none
  (`-`) and stand under the herkomst of the episode. What the other kind of row holds is NULL.
- A lease is of the contingent when it names one (D.7), whatever its contractsoort. A contingent of which an agreement
  has no number is unknown.
- The wait for a home runs from the latest day of readiness up to the lease and after the lease before it, by BSN.
- Potential and stagnation are those of the last midnight of the year, or of the last complete month.
- An exit that a lease goes with by BSN (each the other's nearest, within 31 days) went to the gemeente of the dwelling,
  unless its supplier says where to. Where to is unknown: not landed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.oracle.basics import (
    DAY,
    Mart,
    Person,
    add_months,
    current_code,
    next_month,
    percentage,
    percentile,
    person_of,
    place_name,
    region_of,
)
from tests.oracle.lives import Episode, World
from tests.oracle.readers import Row

NO_CORPORATION = "-"
SHARE_OF_MUTATIONS = Decimal("0.02")  # D.7, S-114
EXPECTED_WITHIN = {"K": 24, "M": 60}  # D.10, months after the assessment
PRODUCT_NORM = {("CG", "15Z02"): 24}  # D.10, S-343: months
HOMES = {"U01", "U02", "U03", "U04", "U05"}  # D.7
LEASE_WINDOW = 31
OF_CORPORATION = ("contingent_aantal", "toegewezen", "benut_percentage", "n_wachttijd", "wachttijd_woning_p50")
OF_CLIENTS = (
    *("potentieel_k", "potentieel_m", "stagnatie"),
    *("n_landing", "n_landing_herkomst", "landing_herkomst_percentage"),
)
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_woonopgave": (("regio", "gemeente_code", "jaar", "corporatie"), (*OF_CORPORATION, *OF_CLIENTS)),
}


def compute(world: World) -> dict[str, Mart]:
    """Return mart_woonopgave."""
    return {"mart_woonopgave": _of_corporations(world) | _of_clients(world)}


def _row(**measures: object) -> dict[str, object]:
    return dict.fromkeys(MARTS["mart_woonopgave"][1]) | measures


# ------------------------------------------------------------------------------------------------ corporations


def _of_corporations(world: World) -> Mart:
    contingents: dict[tuple, list[int | None]] = defaultdict(list)
    leases: dict[tuple, list[Row]] = defaultdict(list)
    waits: dict[tuple, list[int]] = defaultdict(list)
    regions = corporation_regions(world)

    def key_of(row: Row, year: int) -> tuple | None:
        region = region_of(row["gemeente"]) or regions.get(row["leverancier"])
        return (region, place_name(row["gemeente"] or None, region), year, row["leverancier"]) if region else None

    for agreement in _agreements(world):
        key = key_of(agreement, int(agreement["jaar"]))
        if key and key[2] <= (world.horizon - DAY).year:
            contingents[key].append(_agreed(agreement))
    for lease in leases_of(world):
        key = key_of(lease, lease["ingangsdatum"].year)
        if key and lease["ingangsdatum"] < world.horizon:
            leases[key].append(lease)
            ready = ready_for(world, lease)
            if ready:
                waits[key].append((lease["ingangsdatum"] - ready).days)
    mart: Mart = {}
    for key in contingents.keys() | leases.keys():
        agreed = contingents.get(key)
        amount = None if not agreed or None in agreed else sum(agreed)  # type: ignore[arg-type]
        assigned = sum(1 for lease in leases[key] if lease["contingent"] not in (None, ""))
        if agreed or assigned or waits[key]:
            mart[key] = _row(
                contingent_aantal=amount,
                toegewezen=assigned,
                benut_percentage=percentage(assigned, amount) if amount else None,
                n_wachttijd=len(waits[key]),
                wachttijd_woning_p50=percentile(waits[key], "0.5") if waits[key] else None,
            )
    return mart


def _agreements(world: World) -> list[Row]:
    """Return the agreements: of one year, gemeente and kind the last row counts."""
    return list(
        {(r["leverancier"], r["jaar"], r["gemeente"], r["soort"]): r for r in world.delivered.contingents}.values()
    )


def leases_of(world: World) -> list[Row]:
    """Return the leases: of one contractnummer the last row counts."""
    return list({(row["leverancier"], row["contractnummer"]): row for row in world.delivered.leases}.values())


def _agreed(agreement: Row) -> int | None:
    """Return the number of dwellings of an agreement (D.7), None when it is not known."""
    if agreement["soort"] == "pct_mutaties":
        if agreement["mutaties"] in (None, ""):
            return None
        return int((SHARE_OF_MUTATIONS * int(agreement["mutaties"])).quantize(Decimal(1), ROUND_HALF_UP))
    return None if agreement["aantal"] in (None, "") else int(agreement["aantal"])


def corporation_regions(world: World) -> dict[str, str]:
    """Return the regio of most leases and agreements of a corporation."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in (*_agreements(world), *leases_of(world)):
        if region := region_of(row["gemeente"]):
            votes[row["leverancier"]][region] += 1
    return {corporation: min(found, key=lambda r: (-found[r], r)) for corporation, found in votes.items()}


def ready_for(world: World, lease: Row) -> date | None:
    """Return the latest day of readiness up to a lease, and after the lease before it."""
    if not lease["bsn"]:
        return None
    order = ("ingangsdatum", "leverancier", "contractnummer")
    mine = [other for other in leases_of(world) if other["bsn"] == lease["bsn"]]
    earlier = [other for other in mine if tuple(other[n] for n in order) < tuple(lease[n] for n in order)]
    since = max((other["ingangsdatum"] for other in earlier), default=date.min)
    days = [
        row["uitstroomgereed_op"]
        for row in world.delivered.residences
        if row["bsn"] == lease["bsn"] and row["uitstroomgereed_op"]
    ]
    return max((day for day in days if since < day <= lease["ingangsdatum"]), default=None)


# ------------------------------------------------------------------------------------------------ clients


def _of_clients(world: World) -> Mart:
    persons: dict[tuple, dict[str, set[Person]]] = defaultdict(lambda: defaultdict(set))
    landed: dict[tuple, list[bool]] = defaultdict(list)
    assessments = assessments_of(world)
    midnights = {end.year: end for end in _ends(world)}  # year -> its last midnight that is known
    for life in world.lives:
        with_lease = _linked(world, life.person, life.episodes)
        for episode in life.episodes:
            if episode.basis != "levering":
                continue
            for last_day, midnight in ((end, end + DAY) for end in midnights.values()):
                if not episode.first < midnight <= episode.last:
                    continue
                key = (episode.region, episode.origin, last_day.year, NO_CORPORATION)
                if episode.perimeter == "B":
                    for measure in _potential(assessments.get(life.person, []), episode, midnight):
                        persons[key][measure].add(life.person)
                if episode.perimeter != "B" and _over_norm(episode, midnight):
                    persons[key]["stagnatie"].add(life.person)
            if episode.running or episode.perimeter == "A":
                continue
            if world.meaning(life).destination(episode) in HOMES:
                key = (episode.region, episode.origin, episode.last.year, NO_CORPORATION)
                landed[key].append(_lands(episode, with_lease.get(id(episode))))
    mart: Mart = {}
    for key in persons.keys() | landed.keys():
        known = key[0] == "DAV"  # CG delivers no profile (marts.md)
        mart[key] = _row(
            potentieel_k=len(persons[key]["potentieel_k"]) if known else None,
            potentieel_m=len(persons[key]["potentieel_m"]) if known else None,
            stagnatie=len(persons[key]["stagnatie"]),
            n_landing=len(landed[key]),
            n_landing_herkomst=sum(landed[key]),
            landing_herkomst_percentage=percentage(sum(landed[key]), len(landed[key])),
        )
    return mart


def _ends(world: World) -> list[date]:
    """Return the last day of every complete month, in order."""
    ends = []
    month = world.first_month
    while month < world.horizon:
        month = next_month(month)
        ends.append(month - DAY)
    return ends


def assessments_of(world: World) -> dict[Person, list[tuple[date, str]]]:
    """Return the days of assessment and the classes of every person, in order (D.10, Q-31: history kept).

    Of an indicatie that is in the list in force, every list ever accepted tells its assessment of then; one dated after
    the assessment in force was corrected away. Of two assessments of one person on one day the one delivered last
    counts, then that of the lowest indicatie.
    """
    standing = world.placements.indications
    told: dict[tuple[str, date], tuple[date, str]] = {}  # indicatie and day -> leverdatum and class
    for delivered_on, rows in world.delivered.indication_lists:
        for row in {row["indicatie_nummer"]: row for row in rows}.values():
            now, day = standing.get(row["indicatie_nummer"]), row["beoordeeld_op"]
            if now is None or day is None or day >= world.horizon or day > (now["beoordeeld_op"] or day):
                continue
            told[(row["indicatie_nummer"], day)] = (delivered_on, row["uitstroomprofiel"] or "O")
    found: dict[Person, dict[date, tuple[date, str]]] = defaultdict(dict)
    for (number, day), (delivered_on, profile) in sorted(told.items()):
        days = found[person_of(standing[number])]
        if day not in days or days[day][0] < delivered_on:
            days[day] = (delivered_on, profile)
    return {person: [(day, profile) for day, (_, profile) in sorted(days.items())] for person, days in found.items()}


def _potential(assessments: list[tuple[date, str]], episode: Episode, midnight: date) -> list[str]:
    """Return what the last assessment up to a midnight says; the profile is DAV's, CG delivers none."""
    known = [(day, profile) for day, profile in assessments if day <= midnight]
    if not known or episode.region != "DAV":
        return []
    day, profile = known[-1]
    if profile not in EXPECTED_WITHIN:
        return []
    late = midnight > add_months(day, EXPECTED_WITHIN[profile])
    return [f"potentieel_{profile.lower()}"] + ["stagnatie"] * late


def _over_norm(episode: Episode, midnight: date) -> bool:
    """Say whether a client is longer in a product than its norm, since it last became the product of the episode."""
    product = episode.on_night_before(midnight).product
    since = midnight
    for segment in reversed([segment for segment in episode.segments if segment.first < midnight]):
        if segment.product != product:
            break
        since = segment.first
    months = PRODUCT_NORM.get((episode.region, product))
    return months is not None and midnight > add_months(since, months)


def _linked(world: World, person: Person, episodes: list[Episode]) -> dict[int, Row]:
    """Return the lease that goes with an exit, by id of the episode: each is the other's nearest, per perimeter."""
    mine = [row for row in leases_of(world) if row["bsn"] and ("bsn", row["bsn"]) == person]
    exits = [episode for episode in episodes if episode.basis == "levering" and not episode.running]

    def apart(episode: Episode, lease: Row) -> int:
        return abs((lease["ingangsdatum"] - episode.last).days)

    linked: dict[int, Row] = {}
    for episode in exits:
        near = [lease for lease in mine if apart(episode, lease) <= LEASE_WINDOW]
        if not near:
            continue
        lease = min(near, key=lambda r: (apart(episode, r), r["ingangsdatum"], r["contractnummer"], r["leverancier"]))
        rivals = [other for other in exits if other.perimeter == episode.perimeter]
        if min(rivals, key=lambda e: (apart(e, lease), e.last)) is episode:
            linked[id(episode)] = lease
    return linked


def _lands(episode: Episode, lease: Row | None) -> bool:
    """Say whether who left for a home went to the gemeente of herkomst."""
    placement = episode.segments[-1].placement
    to = _known(placement.moves_to) if placement.last == episode.last else None
    if to is None and lease:
        to = _known(lease["gemeente"])
    return to is not None and to == _known(episode.origin_code)


def _known(code: str | None) -> str | None:
    """Return a gemeente in the indeling of 1 January 2021, None when it is not known or abroad."""
    found = current_code(code)
    return None if found == "9999" else found
