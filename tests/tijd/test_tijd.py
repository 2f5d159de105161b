"""A short history of a few dozen lives, lived in two warehouses: what order, kills and corrections may not change.

The heavier proofs are commands: `tests.tijd.willekeur`, `tests.tijd.gedood`, `tests.tijd.maandeinden`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from random import Random

import pytest

from doorstroom.warehouse import EmbeddedServer, connect
from tests.oracle.small_lives import random_drop
from tests.tijd.wereld import Marts, Wereld, differences, published, unexplained
from tests.tijd.willekeur import deliver, random_arrivals

SEED, LIVES, KILLS = 20210201, 10, 3


@dataclass
class Geschiedenis:
    """What the two warehouses showed."""

    at_once: Marts
    in_order_drawn: Marts
    kills: list[tuple[str, bool, bool]]
    """When in the night, whether what readers see changed, whether a publication was made."""
    revised: int
    unexplained: list[str]
    known_otherwise: dict[str, int]
    """Per mart the rows that differ."""
    causes: set[str]


@pytest.fixture(scope="module")
def geschiedenis(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Geschiedenis:
    """Everything at once in one warehouse; in the other random nights, one run again, one killed thrice."""
    folder, rnd = tmp_path_factory.mktemp("tijd"), Random(SEED)
    sys.stdout.write(f"seed {SEED}\n")  # shown when a test fails
    files, drop = folder / "files", folder / "drop"
    datum = random_drop(SEED, LIVES, files).datum
    wereld = Wereld(server, folder / "dbt")
    with wereld.open():
        wereld.night(datum, files, publish=False)
        at_once = wereld.stand()
    nights = random_arrivals(files, datum, rnd, 3)
    # The first has the earliest DATE, so that what it published can be known again; the files come in any order.
    if nights[1][0] < nights[0][0]:
        nights[0], nights[1] = (nights[1][0], nights[0][1]), (nights[0][0], nights[1][1])
    with wereld.open():
        deliver(nights[0][1], files, drop)
        took = wereld.night(nights[0][0], drop, readers=True)
        for _, paths in nights[1:]:
            deliver(paths, files, drop)
            wereld.night(nights[1][0], drop, build=False)
        kills = []
        for _ in range(KILLS):
            before = published()
            moment = wereld.killed_night(datum, drop, rnd, took)
            after = published()
            kills.append((moment, before[0] != after[0], before[1] != after[1]))
        wereld.night(datum, drop)
        revised, failed = unexplained()
        moment = f"{nights[0][0]}T06:00"
        with connect() as connection:
            causes = {
                row[0] for row in connection.execute("select distinct oorzaak from marts.mart_revisies").fetchall()
            }
        return Geschiedenis(
            at_once,
            wereld.stand(),
            kills,
            revised,
            failed,
            wereld.as_known_differs_from_published(moment),
            causes,
        )


@pytest.mark.night
def test_any_order_gives_the_same_marts_and_every_change_is_explained(geschiedenis: Geschiedenis) -> None:
    different = differences(geschiedenis.at_once, geschiedenis.in_order_drawn)
    assert not different, {mart: rows[:5] for mart, rows in different.items()}
    assert sum(map(len, geschiedenis.at_once.values())) > 1000
    assert geschiedenis.revised > 100
    assert not geschiedenis.unexplained, geschiedenis.unexplained[:10]
    assert {"late_levering", "correctie_bron"} <= geschiedenis.causes


@pytest.mark.night
def test_a_killed_night_changes_nothing_that_is_published(geschiedenis: Geschiedenis) -> None:
    assert len(geschiedenis.kills) == KILLS
    for moment, changed, completed in geschiedenis.kills:
        assert changed <= completed, f"killed in {moment}"


@pytest.mark.night
def test_a_past_night_is_known_again_as_it_was_published(geschiedenis: Geschiedenis) -> None:
    assert not geschiedenis.known_otherwise
