"""The oracle: from delivered files to marts, one person at a time, one day at a time.

Written from `definitions.md` and `marts.md` of the specification, not from the SQL. It is slow and obvious on purpose:
a dict of days says where a person is, and every figure counts those days and their changes. Persons are known here by
BSN, or by supplier and clientnummer, in clear and in memory only.

`readers` reads the files, `placements` says who was where (D.0), `lives` walks the days to episodes (settled 1-12), and
each room computes its marts from those: `flows` (D.3-D.5, D.8, D.13), `origins` (D.11), `wachtlijst` and `wachttijd`
(D.6), `returns` (D.9, D.14), `aftercare` (D.14), `shelter` (D.12), `capacity` (D.8), `housing`, `leases`, `linkage` and
`stagnation` (D.5-D.7, D.10), `keten` (D.1), `verdeelmodel` and `grondslag` (F), `years` and `signals`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.oracle import (
    aftercare,
    capacity,
    flows,
    grondslag,
    housing,
    keten,
    leases,
    linkage,
    origins,
    returns,
    shelter,
    signals,
    stagnation,
    verdeelmodel,
    wachtlijst,
    wachttijd,
    years,
)
from tests.oracle.basics import Mart
from tests.oracle.lives import world_of
from tests.oracle.readers import Night

ROOMS = (
    *(flows, origins, wachtlijst, wachttijd, returns, aftercare, shelter, capacity, housing, leases, linkage),
    *(stagnation, keten, verdeelmodel, grondslag, years, signals),
)
# Keys (in the order of marts.md) and measures of every mart the oracle computes.
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    name: columns for room in ROOMS for name, columns in room.MARTS.items()
}


def compute(drop: Path, datum: date) -> dict[str, Mart]:
    """Return every mart as {key tuple: {measure: value}} for the night of `datum` on an empty ledger."""
    return compute_nights((datum, drop))


def compute_nights(*nights: Night) -> dict[str, Mart]:
    """Return the marts of after the last of these nights, the first of which finds an empty ledger."""
    world = world_of(*nights)
    return {name: mart for room in ROOMS for name, mart in room.compute(world).items()}
