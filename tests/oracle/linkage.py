"""Who left, followed to a lease (D.5, D.7; mart_uitstroomwoning), by BSN or else by birth date, gemeente and window.

D.7 wants leavers linked to leases with a certainty; read as the descriptions of the mart and of the link have it:
- Exits of levering, perimeter B, MO and VO, by herkomst; who died or went to Wlz or a nursing home needs no home here.
- `hoog`: the same BSN, the lease begins within 31 days of the last day. Without a BSN on either side: the same birth
  date and window, and the dwelling in the gemeente the leaver went to (or else of verblijf or herkomst, as far as those
  are gemeenten of the regio); `middel` when neither has another candidate, else `laag`.
- What a BSN links is no candidate for less. Of what is left each must be the other's best, per perimeter: the nearest,
  then for an exit the earliest and the lowest contractnummer, for a lease the earliest last day, and of exits on one
  day the first domain, regio and herkomst by name.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tests.oracle.basics import Mart, count, current_code
from tests.oracle.housing import LEASE_WINDOW, leases_of
from tests.oracle.lives import Episode, Life, World
from tests.oracle.readers import Row

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_uitstroomwoning": (("regio", "gemeente_code", "jaar", "domein", "contractsoort", "zekerheid"), ("aantal",)),
}
NO_HOME_NEEDED = {"U10", "U10_of_U12", "U11", "U40"}


@dataclass(eq=False)
class Leaver:
    """An exit, and what is known of who left."""

    episode: Episode
    life: Life
    birth: date | None
    went_to: set[str]  # gemeente the leaver went to; or else those of verblijf and herkomst


@dataclass(eq=False)
class Pair:
    """An exit and a lease that may belong together."""

    leaver: Leaver
    lease: Row
    by_bsn: bool

    @property
    def days(self) -> int:
        """Days apart."""
        return abs((self.lease["ingangsdatum"] - self.leaver.episode.last).days)

    @property
    def for_leaver(self) -> tuple:
        """Order in which an exit prefers leases."""
        lease = self.lease
        return (self.days, lease["ingangsdatum"], lease["contractnummer"], lease["leverancier"])

    @property
    def for_lease(self) -> tuple:
        """Order in which a lease prefers exits."""
        episode = self.leaver.episode
        return (self.days, episode.last, episode.domain, episode.region, episode.origin)


def compute(world: World) -> dict[str, Mart]:
    """Return mart_uitstroomwoning."""
    mart: Mart = {}
    for perimeter in ("B", "-"):
        leavers = _leavers(world, perimeter)
        linked = _linked(_pairs(world, leavers))
        for leaver in leavers:
            episode = leaver.episode
            if world.meaning(leaver.life).destination(episode) in NO_HOME_NEEDED:
                continue
            kind, certainty = linked.get(leaver, ("geen", "-"))
            count(mart, (episode.region, episode.origin, episode.last.year, episode.domain, kind, certainty))
    return {"mart_uitstroomwoning": mart}


def _leavers(world: World, perimeter: str) -> list[Leaver]:
    found = []
    for life in world.lives:
        for episode in life.episodes:
            if episode.running or episode.basis != "levering" or episode.perimeter != perimeter:
                continue
            segment = episode.segments[-1]
            given = segment.placement.moves_to if segment.placement.last == episode.last else None
            known = current_code(given) not in (None, "9999")
            places = {f"GM{current_code(given)}"} if known else {segment.gemeente, episode.origin}
            found.append(Leaver(episode, life, world.placements.births.get(life.person), places))
    return found


def _pairs(world: World, leavers: list[Leaver]) -> list[Pair]:
    """Return every exit with every lease that may be its own."""
    by_bsn: dict[tuple, list[Row]] = defaultdict(list)
    by_birth: dict[date, list[Row]] = defaultdict(list)
    for lease in leases_of(world):
        if lease["bsn"]:
            by_bsn[("bsn", lease["bsn"])].append(lease)
        if lease["geboortedatum"]:
            by_birth[lease["geboortedatum"]].append(lease)
    pairs = []
    for leaver in leavers:
        person = leaver.life.person
        pairs += [Pair(leaver, lease, by_bsn=True) for lease in by_bsn[person]]
        for lease in by_birth[leaver.birth] if leaver.birth else ():
            without_bsn = not lease["bsn"] or person[0] != "bsn"
            if without_bsn and f"GM{current_code(lease['gemeente'] or None)}" in leaver.went_to:
                pairs.append(Pair(leaver, lease, by_bsn=False))
    return [pair for pair in pairs if pair.days <= LEASE_WINDOW]


def _linked(pairs: list[Pair]) -> dict[Leaver, tuple[str, str]]:
    """Return contractsoort and certainty of the exits that have a lease."""
    strong = [pair for pair in pairs if pair.by_bsn]
    taken_leavers = {pair.leaver for pair in strong}
    taken_leases = {id(pair.lease) for pair in strong}
    weak = [p for p in pairs if not p.by_bsn and p.leaver not in taken_leavers and id(p.lease) not in taken_leases]
    linked: dict[Leaver, tuple[str, str]] = {}
    of_leaver: dict[Leaver, list[Pair]] = defaultdict(list)
    of_lease: dict[int, list[Pair]] = defaultdict(list)
    for pair in strong + weak:
        of_leaver[pair.leaver].append(pair)
        of_lease[id(pair.lease)].append(pair)
    for leaver, mine in of_leaver.items():
        best = min(mine, key=lambda pair: pair.for_leaver)
        rivals = of_lease[id(best.lease)]
        if min(rivals, key=lambda pair: pair.for_lease) is best:
            alone = len(mine) == len(rivals) == 1
            certainty = "hoog" if best.by_bsn else "middel" if alone else "laag"
            linked[leaver] = (best.lease["contractsoort"], certainty)
    return linked
