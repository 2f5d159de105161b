"""Potential, stagnation, waiting for a home and the rule of Dannenberg worked out on paper (D.10)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle import stagnation
from tests.oracle.paper import ANN, BOB, CG_A, DAV_A, Paper, day, rows


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-04-10")


def traits(paper: Paper, month: str, **where: object) -> list[tuple]:
    marts = stagnation.compute(paper.world())
    chosen = {"maand": day(month), "gemeente_basis": "verblijf"} | where
    return rows(marts, "mart_stagnatie", "kenmerk", "norm", "aantal", **chosen)


def test_the_last_assessment_up_to_the_midnight_says_who_should_have_left(paper: Paper) -> None:
    paper.indication(ANN, "7", "15D03", "2016-01-01", uitstroomprofiel="K", beoordeeld_op="2017-02-28")
    paper.stay(ANN, DAV_A, "15D03", "2016-01-01", number="7")
    paper.stay(BOB, CG_A, "15Z03", "2016-01-01")  # nobody delivers a class in CG
    marts = stagnation.compute(paper.world())
    found = {"gemeente_basis": "verblijf", "domein": "BW"}
    # 24 months after 28 February 2017 is 28 February 2019: later on the midnight of 1 March.
    for month, late in (("2019-01-01", []), ("2019-02-01", [("DAV", "stagnatie_k")])):
        assert rows(marts, "mart_stagnatie", "regio", "kenmerk", maand=day(month), **found) == [
            ("CG", "potentieel_o"),
            ("DAV", "potentieel_k"),
            *late,
        ]
    assert rows(marts, "mart_dannenberg", "regio", "factor", "stand_b", "potentieel", maand=day("2019-02-01")) == [
        ("CG", "1/3", 1, Decimal(1) / 3),
        ("CG", "2/3", 1, Decimal(2) / 3),
        ("DAV", "1/3", 1, Decimal(1) / 3),
        ("DAV", "2/3", 1, Decimal(2) / 3),
    ]


@pytest.mark.parametrize(
    ("ready", "lease", "ended", "waits"),
    [
        ("2018-08-30", "", "", ["wacht_op_woning"]),  # 183 days before 1 March 2019
        ("2018-08-29", "", "", ["wacht_op_woning", "wacht_op_woning_lang"]),
        ("2019-03-01", "", "", []),  # the midnight itself
        ("2017-12-31", "", "", []),  # before the episode began
        ("2018-08-29", "2019-02-28", "", []),
        ("2018-08-29", "2019-03-01", "", ["wacht_op_woning", "wacht_op_woning_lang"]),
        ("2018-08-29", "2018-03-01", "2018-08-28", ["wacht_op_woning", "wacht_op_woning_lang"]),  # a home of before
        ("2018-08-29", "2018-03-01", "2018-08-29", []),
    ],
)
def test_who_is_ready_waits_for_a_home(paper: Paper, ready: str, lease: str, ended: str, waits: list[str]) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", uitstroomgereed_op=ready)
    if lease:
        paper.lease(ANN, lease, "regulier", gemeente="0505", einddatum=ended)
    found = [trait for trait, _, _ in traits(paper, "2019-02-01") if trait.startswith("wacht")]
    assert found == waits


def test_norms_run_from_the_product_or_from_the_stay(paper: Paper) -> None:
    # Two facilities without a day between: 24-uursopvang has a norm of nine months, the whole stay one of three.
    paper.shelter(ANN, "nachtopvang", "2018-03-01", "2018-05-30")
    paper.shelter(ANN, "24uursopvang", "2018-05-31")
    assert traits(paper, "2018-05-01") == []  # three months after 1 March is 1 June itself
    assert traits(paper, "2018-06-01") == [("referentienorm", "mo_verblijf", 1)]
    assert traits(paper, "2019-02-01") == [
        ("referentienorm", "mo_verblijf", 1),
        ("referentienorm", "opvang_24uurs", 1),
    ]
