"""What a drop is known to hold against what the rules found in it, as sets of (rule, where, which)."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg

Spot = tuple[str, str, str | int | None]

_FOUND = """
    select bevinding.regel_id, bestand.bestand, bevinding.rij_nr::text
    from kwaliteit.bevinding as bevinding
    join levering.bestanden as bestand on bestand.levering_id = bevinding.levering_id
    union all
    select feed || '.bestand.geweigerd', bestand, null from levering.bestanden where status = 'geweigerd'
    union all
    select regel_id, leverancier, record from intermediate.int_keten
"""


def found(url: str) -> set[Spot]:
    """Return every finding: on a row or file of a delivery, or at a supplier's record (the chain)."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(_FOUND).fetchall()
    return {(rule, where, which) for rule, where, which in rows}


def planted(mistakes: Iterable[dict[str, object]]) -> set[Spot]:
    """Return the findings that the planted mistakes must give."""
    spots: set[Spot] = set()
    for mistake in mistakes:
        bestand, rij = str(mistake["bestand"]), mistake["rij"]
        for rule in mistake["regels"]:  # type: ignore[attr-defined]
            if str(rule).startswith("keten."):
                spots.add((rule, bestand.split("/")[-2], str(mistake["record"])))
            else:
                spots.add((rule, bestand, None if rij is None else str(rij)))
    return spots
