"""Random small lives must notice a wrong rule: each rule bent a little changes some cell of a random drop."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.oracle import (
    aftercare,
    basics,
    capacity,
    flows,
    grondslag,
    housing,
    keten,
    leases,
    linkage,
    lives,
    origins,
    placements,
    returns,
    shelter,
    signals,
    stagnation,
    verdeelmodel,
    wachtlijst,
    wachttijd,
    years,
)
from tests.oracle.basics import DAY, Mart, gemeente_table
from tests.oracle.lives import Segment
from tests.oracle.placements import Placement, Stop
from tests.oracle.small_lives import random_drop

try:
    gemeente_table()
except FileNotFoundError:
    pytest.skip("no gemeente table: neither the project's seed nor the national table 33", allow_module_level=True)

DATUM = date(2021, 11, 1)


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drop")
    random_drop(2, 110, folder, DATUM)
    return folder


@pytest.fixture(scope="module")
def right_flows(drop: Path) -> dict[str, Mart]:
    return flows.compute(lives.world_of((DATUM, drop)))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> lives.World:
    """Twice as many lives for the rooms, whose cases are rarer and which walk nobody anew."""
    folder = tmp_path_factory.mktemp("rooms")
    random_drop(3, 200, folder, DATUM)
    return lives.world_of((DATUM, folder))


def later_start_loses(one: Placement, other: Placement) -> bool:
    return (-one.rank, one.start, one.key) < (-other.rank, other.start, other.key)


def highest_key_wins(one: Placement, other: Placement) -> bool:
    return (-one.rank, -one.start.toordinal()) < (-other.rank, -other.start.toordinal()) or (
        (one.rank, one.start) == (other.rank, other.start) and one.key > other.key
    )


def no_overnight_rule(episode: lives.Episode, midnight: date) -> Segment:
    """Take the segment that begins on that midnight itself, where it joins the one of the night before.

    After a gap it does not: no day of the episode is known there, so that would be no figure but a KeyError.
    """
    right = [segment for segment in episode.segments if segment.first < midnight][-1]
    joining = [s for s in episode.segments if s.first == midnight and right.last + DAY == midnight]
    return joining[-1] if joining else right


def no_temporary_stop(_: Segment, gap: int | None = None) -> int:
    return 28 if gap is None else gap


def codes_without_version(stop: Stop) -> str | None:
    return {"31": "U22", "32": "U07", "33": "U12", "34": "U10", "39": "U10"}.get(stop.code)


def age_by_days(birth: date | None, day: date) -> str:
    return "onbekend" if birth is None else str((day - birth) // timedelta(days=365.25 * 5))


@pytest.mark.parametrize(
    ("where", "what", "wrong"),
    [
        (lives, "GAP", 27),
        (lives, "GAP", 29),
        (lives, "GAP_TEMPORARY_STOP", 90),
        (lives, "GAP_TEMPORARY_STOP", 92),
        (lives, "allowed_gap", no_temporary_stop),
        (flows, "GAPS_PUBLISHED", (1, 7, 28, 91)),
        (flows, "lapsed_on", lambda _: None),
        (
            lives.Life,
            "care_forms",
            lambda _, episode, midnight: {episode.on_night_before(midnight).placement.care_form},
        ),
        (lives, "DATA_START", date(2016, 1, 1)),
        (lives, "CONVERSION", set()),
        (placements, "CHILDREN_LEFT_OUT", {"VO"}),
        (basics, "VIANEN", ""),
        (placements, "SHELTER_RANK", dict.fromkeys(placements.SHELTER_RANK, 1)),
        (lives, "_goes_before", later_start_loses),
        (lives, "_goes_before", highest_key_wins),
        (lives, "_destination_of_stop", codes_without_version),
        (lives, "LEASE_DESTINATION", lives.LEASE_DESTINATION | {"onderhuur": "U01"}),
        (flows, "age_class", age_by_days),
        (lives.Episode, "on_night_before", no_overnight_rule),
        (placements.Placements, "_deaths", lambda _: {}),
        (placements.Placements, "_allocation", lambda *_: None),
        (placements.Placements, "_origin_in_force", lambda *_: placements.NO_ORIGIN),
        (lives.Meaning, "_given", lambda *_: None),
        (lives.Meaning, "_elsewhere", staticmethod(lambda *_: False)),
    ],
)
def test_a_random_drop_notices_a_wrong_rule(
    monkeypatch: pytest.MonkeyPatch,
    drop: Path,
    right_flows: dict[str, Mart],
    *,
    where: object,
    what: str,
    wrong: object,
) -> None:
    monkeypatch.setattr(where, what, wrong)
    noticed = flows.compute(lives.world_of((DATUM, drop))) != right_flows
    assert noticed


# ------------------------------------------------------------------------------------------------ one room alone


@pytest.fixture(scope="module")
def right_rooms() -> dict[str, dict[str, Mart]]:
    """What each room makes of the drop, computed once."""
    return {}


right_return = returns.is_return
right_linear = verdeelmodel.linear


def waits_outlive_death(world: lives.World, right: Any = wachtlijst.spells_of) -> list[wachtlijst.Spell]:
    with mock.patch.object(world.placements, "deaths", {}):
        return right(world)


@pytest.mark.parametrize(
    ("room", "where", "wrong"),
    [
        (wachtlijst, (wachtlijst.Spell, "status"), lambda spell, _: spell.shown[-1][1]),
        (wachtlijst, (wachtlijst, "spells_of"), waits_outlive_death),
        (wachtlijst, (wachtlijst, "percentile"), lambda values, share: sorted(values)[int(len(values) * float(share))]),
        (returns, (returns, "WINDOWS"), (6, 12, 23)),
        (returns, (returns, "NOT_FOLLOWED"), {"U40", "U10", "U11", "U20", "U21"}),
        (returns, (returns, "is_return"), lambda variant, one, other: right_return(variant, other, one)),
        (returns, (returns, "DATA_START"), date(2014, 12, 1)),
        (returns, (returns, "midnights"), lambda episode, horizon: lives.midnights(episode, horizon - DAY)),
        (returns, (returns, "GAP"), 60),
        (wachttijd, (wachttijd, "_within"), lambda *_: False),
        (wachttijd, (wachttijd, "_in_care"), lambda _: False),
        (wachttijd, (wachttijd, "spells_of"), lambda _: []),
        (origins, (origins, "STEPS"), {"1", "2", "3", "4"}),
        (origins, (origins, "WINDOW"), 9),
        (origins, (origins, "current_code"), lambda code: code),
        (aftercare, (aftercare, "MEASUREMENTS"), (6, 12, 18, 23)),
        (aftercare, (aftercare, "WITHIN"), timedelta(days=30)),
        (aftercare, (aftercare, "RETURN_WITHIN"), 3),
        (leases, (leases, "HOME_WITHIN"), 3),
        (leases, (leases, "REGISTERED_WITHIN"), 2),
        (leases, (leases, "CARE_AROUND"), 11),
        (linkage, (linkage, "LEASE_WINDOW"), 30),
        (linkage, (linkage, "NO_HOME_NEEDED"), {"U40"}),
        (linkage, (linkage.Pair, "for_leaver"), property(lambda pair: -pair.days)),
        (stagnation, (stagnation, "LONG_WAIT"), 184),
        (stagnation, (stagnation, "EXPECTED_WITHIN"), {"K": 12, "M": 60}),
        (stagnation, (stagnation, "NORMS"), stagnation.NORMS[1:]),
        (stagnation, (stagnation, "FACTORS"), {"een_derde": (1, 3), "twee_derde": (3, 4)}),
        (years, (years, "age_on"), lambda birth, day: birth and (day - birth) // timedelta(days=365)),
        (years, (years, "_speaks"), lambda *_: {}),
        (years, (years, "ELSEWHERE"), {"U20", "U21"}),
        (grondslag, (grondslag, "goes_over"), lambda *_: False),
        (signals, (signals, "OVERLAP"), 60),
        (signals, (signals, "SHORT"), 2),
        (signals, (signals, "TERM"), timedelta(days=92)),
        (signals, (signals, "EARLY"), timedelta(days=30)),
        (signals, (signals, "ADULT"), 19),
        (signals, (signals, "NO_STAY"), {"ambulant"}),
        (signals, (signals, "WLZ_MONTHS"), 48),
        (shelter, (shelter, "OF_WOMEN"), {"vrouwenopvang", "aware"}),
        (keten, (keten, "KETEN_GAP"), 200),
        (keten, (keten, "GAP"), 400),
        (keten, (keten, "HOMES"), {"U01", "U03", "U04", "U05"}),
        (capacity, (capacity, "_open"), lambda row, day: row["geldig_van"] <= day),
        (housing, (housing, "SHARE_OF_MUTATIONS"), Decimal("0.03")),
        (housing, (housing, "EXPECTED_WITHIN"), {"K": 1, "M": 1}),
        (housing, (housing, "HOMES"), {"U01", "U03", "U04", "U05"}),
        (housing, (housing, "ready_for"), lambda *_: None),
        (housing, (housing, "_linked"), lambda *_: {}),
        (housing, (housing, "PRODUCT_NORM"), {}),
        (verdeelmodel, (verdeelmodel, "WLZ_MONTHS"), 12),
        (
            verdeelmodel,
            (verdeelmodel, "largest_remainder"),
            lambda parts, _: {c: round(p, 2) for c, p in parts.items()},
        ),
        (verdeelmodel, (verdeelmodel, "linear"), lambda year, start, years: right_linear(year - 1, start, years)),
        (shelter, (shelter, "NIGHT_GAP"), 6),
        (shelter, (shelter, "SHORT"), 4),
        (shelter, (shelter, "SUPPORT"), {"ambulant"}),
        (shelter, (shelter, "_described_by"), lambda sign_ups, *_: sign_ups[0] if sign_ups else {}),
    ],
)
def test_a_random_drop_notices_a_wrong_rule_of_a_room(
    monkeypatch: pytest.MonkeyPatch,
    world: lives.World,
    right_rooms: dict[str, dict[str, Mart]],
    *,
    room: Any,
    where: tuple[object, str],
    wrong: object,
) -> None:
    expected = right_rooms.get(room.__name__) or right_rooms.setdefault(room.__name__, room.compute(world))
    monkeypatch.setattr(*where, wrong)
    noticed = room.compute(world) != expected
    assert noticed
