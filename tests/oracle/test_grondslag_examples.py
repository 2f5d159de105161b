"""What the verdeelmodel rests on, worked out on paper from section F and the project's seeds (base year 2020)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle import grondslag
from tests.oracle.paper import ANN, BOB, DAV_A, Paper, rows
from tests.oracle.verdeelmodel import SEEDS, seed

if not SEEDS.is_dir():
    pytest.skip("without the seeds of the verdeelmodel there is nothing to rest on", allow_module_level=True)


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2021-02-10")


def test_who_may_go_over_counts_where_they_are_at_the_end_and_their_days_everywhere(paper: Paper) -> None:
    paper.message("305", ANN, DAV_A, "7", "15D04", begin="2015-12-01")
    paper.residence(ANN, DAV_A, "7", "15D04", first="2015-12-01", last="2020-01-31", place="0505")
    paper.residence(ANN, DAV_A, "7", "15D04", first="2020-02-01", place="0642")
    paper.stay(BOB, DAV_A, "15D02", "2019-01-01", "2020-01-10", place="0505")
    marts = grondslag.compute(paper.world())
    shown = ("gemeente_code", "groep", "clienten", "clientdagen")
    assert rows(marts, "mart_verdeelmodel_grondslag", *shown, regio="DAV", gemeente_basis="verblijf") == [
        ("GM0505", "alle", 2, 41),
        ("GM0505", "wlz_proxy", 0, 31),
        ("GM0642", "alle", 1, 335),
        ("GM0642", "wlz_proxy", 1, 335),
    ]
    assert rows(marts, "mart_verdeelmodel_regio", *shown[1:], regio="DAV") == [("alle", 2, 376), ("wlz_proxy", 1, 366)]
    price = {row["product_code"]: Decimal(row["bedrag_per_dag"]) for row in seed("tarief")}
    assert rows(marts, "mart_verdeelmodel_kosten", "product_code", "groep", "clientdagen", "kosten", regio="DAV") == [
        ("15D02", "alle", 10, 10 * price["15D02"]),
        ("15D04", "alle", 366, 366 * price["15D04"]),
        ("15D04", "wlz_proxy", 366, 366 * price["15D04"]),
    ]


def test_a_cohort_is_followed_as_far_as_the_data_go(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2016-12-31", "2019-01-01")
    paper.stay(BOB, DAV_A, "15D03", "2016-12-31", "2017-06-30")
    paper.stay(BOB, DAV_A, "15D03", "2017-12-01")  # came back: new inflow
    marts = grondslag.compute(paper.world())
    shown = ("jaren", "personen_vorig", "vertrokken", "personen")
    assert rows(marts, "mart_verdeelmodel_overleving", *shown, regio="DAV") == [
        (0, 2, 0, 2),
        (1, 2, 1, 1),
        (2, 1, 0, 1),  # her last day: there over that midnight
        (3, 1, 1, 0),
        (4, 0, 0, 0),
    ]
