"""Random small lives must notice a wrong rule: each rule bent a little changes some cell of a random drop."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.oracle import oracle
from tests.oracle.oracle import Mart, Placement, Segment, Stop, compute, gemeente_table
from tests.oracle.small_lives import random_drop

try:
    gemeente_table()
except FileNotFoundError:
    pytest.skip("no gemeente table: neither the project's seed nor the national table 33", allow_module_level=True)

DATUM = date(2021, 11, 1)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Mart]]:
    folder = tmp_path_factory.mktemp("drop")
    random_drop(7, 100, folder, DATUM)
    return folder, compute(folder, DATUM)


def later_start_loses(one: Placement, other: Placement) -> bool:
    return (-one.rank, one.start, one.key) < (-other.rank, other.start, other.key)


def highest_key_wins(one: Placement, other: Placement) -> bool:
    return (-one.rank, -one.start.toordinal()) < (-other.rank, -other.start.toordinal()) or (
        (one.rank, one.start) == (other.rank, other.start) and one.key > other.key
    )


def no_overnight_rule(episode: oracle.Episode, midnight: date) -> Segment:
    return [segment for segment in episode.segments if segment.first <= midnight][-1]


def no_temporary_stop(_: Segment, gap: int | None = None) -> int:
    return 28 if gap is None else gap


def codes_without_version(stop: Stop) -> str | None:
    return {"31": "U22", "32": "U07", "33": "U12", "34": "U10", "39": "U10"}.get(stop.code)


def age_by_days(birth: date | None, day: date) -> str:
    return "onbekend" if birth is None else str((day - birth) // timedelta(days=365.25 * 5))


@pytest.mark.parametrize(
    ("where", "what", "wrong"),
    [
        (oracle, "GAP", 27),
        (oracle, "GAP", 29),
        (oracle, "GAP_TEMPORARY_STOP", 90),
        (oracle, "GAP_TEMPORARY_STOP", 92),
        (oracle, "allowed_gap", no_temporary_stop),
        (oracle, "GAPS_PUBLISHED", (1, 7, 28, 91)),
        (oracle, "lapsed_on", lambda _: None),
        (
            oracle.Life,
            "care_forms",
            lambda _, episode, midnight: {episode.on_night_before(midnight).placement.care_form},
        ),
        (oracle, "DATA_START", date(2016, 1, 1)),
        (oracle, "CONVERSION", set()),
        (oracle, "CHILDREN_LEFT_OUT", {"VO"}),
        (oracle, "VIANEN", ""),
        (oracle, "SHELTER_RANK", dict.fromkeys(oracle.SHELTER_RANK, 1)),
        (oracle, "_goes_before", later_start_loses),
        (oracle, "_goes_before", highest_key_wins),
        (oracle, "_destination_of_stop", codes_without_version),
        (oracle, "LEASE_DESTINATION", oracle.LEASE_DESTINATION | {"onderhuur": "U01"}),
        (oracle, "age_class", age_by_days),
        (oracle.Episode, "on_night_before", no_overnight_rule),
        (oracle.Placements, "_deaths", lambda _: {}),
        (oracle.Placements, "_allocation", lambda *_: None),
        (oracle.Placements, "_origin_in_force", lambda *_: None),
        (oracle.Meaning, "_given", lambda *_: None),
        (oracle.Meaning, "_elsewhere", staticmethod(lambda *_: False)),
    ],
)
def test_a_random_drop_notices_a_wrong_rule(
    monkeypatch: pytest.MonkeyPatch, right: tuple[Path, dict[str, Mart]], where: object, what: str, wrong: object
) -> None:
    folder, expected = right
    monkeypatch.setattr(where, what, wrong)
    noticed = compute(folder, DATUM) != expected
    assert noticed
