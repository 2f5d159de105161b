"""Where clients come from and where they go to live (D.11): the ladder, both measures of opvang, import and export.

Marts: mart_herkomst_methode, mart_herkomst_opvang, mart_import_export, mart_uitstroomgemeente. D.11 says what each is;
followed are these choices of the models:
- The step is that of the first known herkomst among the main segments (settled 8): SDD delivers it, of a 301 and of an
  aanmelding it is 3. Unknown, abroad or not registered is 6; a known herkomst without a step of 1 to 5 is `onbekend`.
- `inschrijving_bij_aanmelding` is that of the aanmelding of the first main segment.
- U[h, u]: the gemeente an exit went to is found as its bestemming is (settled 10c, 10d): as the supplier says, else
  that of the nearest lease within 31 days, else ONBEKEND. 0000, or a code that never existed, says nothing. Who died
  went nowhere.
"""

from __future__ import annotations

from tests.oracle.basics import (
    DAY,
    NOT_REGISTERED,
    UNKNOWN,
    Mart,
    count,
    current_code,
    month_of,
    place_name,
)
from tests.oracle.flows import DESTINATION_GROUP
from tests.oracle.lives import Episode, Life, World, midnights

_STOCK = ("regio", "maand", "domein", "perimeter", "basis")
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_herkomst_methode": ((*_STOCK, "herkomst_methode"), ("personen",)),
    "mart_herkomst_opvang": ((*_STOCK, "herkomstmaat", "herkomst_code"), ("personen",)),
    "mart_import_export": (
        ("regio", "gemeente_code", *_STOCK[1:]),
        ("stand_herkomst", "stand_verblijf", "eigen", "export", "import"),
    ),
    "mart_uitstroomgemeente": ((*_STOCK, "bestemmingsgroep", "herkomst_code", "uitstroom_code"), ("aantal",)),
}
STEPS = {"1", "2", "3", "4", "5"}
WINDOW = 31  # settled 10c and 10d: days around the last day


def compute(world: World) -> dict[str, Mart]:
    """Return the marts of herkomst and of the gemeente of uitstroom."""
    marts: dict[str, Mart] = {name: {} for name in MARTS}
    for life in world.lives:
        for episode in life.episodes:
            for midnight in midnights(episode, world.horizon):
                stock = (month_of(midnight - DAY), episode.domain, episode.perimeter, episode.basis)
                _stand(marts, episode, stock, episode.on_night_before(midnight).gemeente)
            if not episode.running:
                group = DESTINATION_GROUP[world.meaning(life).destination(episode)]
                key = (episode.region, month_of(episode.last), episode.domain, episode.perimeter, episode.basis)
                count(marts["mart_uitstroomgemeente"], (*key, group, episode.origin, _goes_to(world, life, episode)))
    for row in marts["mart_import_export"].values():
        for measure in MARTS["mart_import_export"][1]:
            row.setdefault(measure, 0)
    return marts


def _stand(marts: dict[str, Mart], episode: Episode, stock: tuple, place: str) -> None:
    """Count a client in stand at the end of a month."""
    count(marts["mart_herkomst_methode"], (episode.region, *stock, step_of(episode)), "personen")
    if episode.domain in ("MO", "VO"):
        registered = place_name(episode.segments[0].placement.registered, episode.region)
        measures = {"inschrijving_bij_aanmelding": registered, "historische_verblijfplaats": episode.origin}
        for measure, code in measures.items():
            count(marts["mart_herkomst_opvang"], (episode.region, *stock, measure, code), "personen")
    from_here, stays_here = ((episode.region, code, *stock) for code in (episode.origin, place))
    own = episode.origin == place
    count(marts["mart_import_export"], from_here, "stand_herkomst")
    count(marts["mart_import_export"], from_here, "eigen" if own else "export")
    count(marts["mart_import_export"], stays_here, "stand_verblijf")
    if not own:
        count(marts["mart_import_export"], stays_here, "import")


def step_of(episode: Episode) -> str:
    """Return the step of the ladder on which the herkomst of an episode was found."""
    if episode.origin in (UNKNOWN, NOT_REGISTERED):
        return "6"
    known = [s for s in episode.segments if place_name(s.placement.origin, episode.region) != UNKNOWN]
    method = known[0].placement.method
    return method if method in STEPS else "onbekend"


def _goes_to(world: World, life: Life, episode: Episode) -> str:
    """Return the gemeente of uitstroom of an exit."""
    if episode.last == life.death:
        return UNKNOWN
    if episode.basis == "levering":
        placement = episode.segments[-1].placement
        given = placement.moves_to if placement.last == episode.last else None
    else:
        near = [
            (abs((p.last - episode.last).days), p.last, p.key, p.moves_to)
            for p in life.placements
            if (p.region, p.domain, p.basis) == (episode.region, episode.domain, "levering")
            and p.last is not None
            and abs((p.last - episode.last).days) <= WINDOW
            and current_code(p.moves_to)
        ]
        given = min(near)[3] if near else None
    if not current_code(given):
        leases = [
            (abs((row["ingangsdatum"] - episode.last).days), row["ingangsdatum"], row["contractnummer"], row)
            for row in world.leases[life.person]
            if current_code(row["gemeente"])
        ]
        within = [lease for lease in leases if lease[0] <= WINDOW]
        given = min(within, key=lambda lease: lease[:3])[3]["gemeente"] if within else None
    return place_name(given, episode.region)
