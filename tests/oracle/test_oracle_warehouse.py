"""The warehouse against the oracle: nights on drops of random small lives, every mart compared cell by cell.

`python -m tests.oracle.thousands` does the same for thousands of lives.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstroom.warehouse import EmbeddedServer
from tests.oracle.basics import Mart
from tests.oracle.compare import compare_marts
from tests.oracle.night import Scratch
from tests.oracle.oracle import compute_nights
from tests.oracle.readers import Night
from tests.oracle.small_lives import random_drop, random_nights

#: Depends on the dates of a drop: nothing may have happened around 1 May 2018 or a merger, and the base year of the
#: scenarios may be yet to come.
MAY_BE_EMPTY = {"mart_administratief"}
MAY_BE_EMPTY |= {f"mart_verdeelmodel_{name}" for name in ("grondslag", "regio", "kosten")}


@pytest.fixture(scope="module")
def scratch(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return Scratch(server, tmp_path_factory.mktemp("dbt"))


def check(scratch: Scratch, nights: list[Night], *, checks: bool) -> None:
    expected: dict[str, Mart] = compute_nights(*nights)
    assert all(rows for mart, rows in expected.items() if mart not in MAY_BE_EMPTY)
    found = scratch.run(*nights, checks=checks)
    assert found.keys() == expected.keys()
    differences = compare_marts(expected, found)
    shown = "\n".join(map(str, differences[:40]))
    assert not differences, f"{len(differences)} differing cells on {nights[-1][0]}:\n{shown}"


@pytest.mark.night
def test_one_night_agrees_cell_by_cell(scratch: Scratch, tmp_path: Path) -> None:
    drop = random_drop(101, 150, tmp_path / "drop")
    check(scratch, [(drop.datum, tmp_path / "drop")], checks=True)


@pytest.mark.night
def test_four_nights_with_corrections_agree_cell_by_cell(scratch: Scratch, tmp_path: Path) -> None:
    drop, nights = random_nights(102, 80, tmp_path)
    assert min(drop.cases[f"a file is corrected under its own name ({kind})"] for kind in (".csv", ".xml", ".zip")) > 4
    check(scratch, nights, checks=False)
