"""Aftercare (D.14, S-141, S-142; mart_nazorg): what became of who left, measurement by measurement.

A nazorg row belongs to the exit with exactly that laatste_dag (settled 11); a measurement is made within 31 days of the
last day + 6, 12, 18 or 24 months. Read as the description of the mart has it:
- Exits of levering, perimeter A, MO and VO, whoever died left out; by herkomst, in the year of the last day.
- A part of an exit counts once it could be judged: the months of the measurement + 31 days lie before the end of the
  last complete month (`nazorg`, is there any row, as the first measurement; `compleet` and `terugkeergarantie` as the
  last).
- `compleet` is 4 of 4. The guarantee is used by who begins a next episode of the same regio, domein and perimeter
  within 24 months.
"""

from __future__ import annotations

from datetime import timedelta

from tests.oracle.basics import Mart, add_months, count, percentage
from tests.oracle.lives import Episode, Life, World
from tests.oracle.readers import Row

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_nazorg": (("regio", "gemeente_code", "jaar", "domein", "onderdeel"), ("n", "n_ja", "percentage")),
}
MEASUREMENTS = (6, 12, 18, 24)
WITHIN = timedelta(days=31)
RETURN_WITHIN = 24


def compute(world: World) -> dict[str, Mart]:
    """Return mart_nazorg."""
    mart: Mart = {}
    for life in world.lives:
        for episode in life.episodes:
            if episode.running or episode.basis != "levering" or episode.perimeter == "B":
                continue
            if world.meaning(life).destination(episode) == "U40":
                continue
            for part, months, yes in _parts(world, life, episode):
                if add_months(episode.last, months) + WITHIN < world.horizon:
                    key = (episode.region, episode.origin, episode.last.year, episode.domain, part)
                    count(mart, key, "n")
                    count(mart, key, "n_ja", int(yes))
    for row in mart.values():
        row["percentage"] = percentage(row["n_ja"], row["n"])  # type: ignore[arg-type]
    return {"mart_nazorg": mart}


def _parts(world: World, life: Life, episode: Episode) -> list[tuple[str, int, bool]]:
    """Return the parts that apply to an exit, after how many months they are judged, and whether they are so."""
    rows = [row for row in world.aftercare[life.person] if row["laatste_dag"] == episode.last]
    parts = [("nazorg", MEASUREMENTS[0], bool(rows))]
    if not rows:
        return parts
    made = {months: any(_measures(world, row, episode, months) for row in rows) for months in MEASUREMENTS}
    parts += [(f"meting_{months}", months, yes) for months, yes in made.items()]
    parts.append(("compleet", MEASUREMENTS[-1], all(made.values())))
    if any(row["terugkeergarantie"] == "J" for row in rows):
        until = add_months(episode.last, RETURN_WITHIN)
        parts.append(
            (
                "terugkeergarantie",
                RETURN_WITHIN,
                any(episode.last < other.first <= until for other in life.of(episode)),
            )
        )
    return parts


def _measures(world: World, row: Row, episode: Episode, months: int) -> bool:
    """Say whether a nazorg row is the measurement after so many months."""
    if row["meting"] != str(months) or row["meetdatum"] is None or row["meetdatum"] >= world.horizon:
        return False
    return abs(row["meetdatum"] - add_months(episode.last, months)) <= WITHIN
