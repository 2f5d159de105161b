"""Homes, potential and stagnation worked out on paper (D.5, D.7, D.10)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle.basics import Mart
from tests.oracle.oracle import MARTS
from tests.oracle.paper import ANN, BOB, CAS, CG_A, DAV_A, Paper

DEE = "999900043"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-04-10")


def found(marts: dict[str, Mart], *measures: str, **where: object) -> list[tuple]:
    """Return gemeente and the chosen measures of the rows that fit, in order."""
    keys = MARTS["mart_woonopgave"][0]
    out = []
    for key, row in marts["mart_woonopgave"].items():
        named = dict(zip(keys, key, strict=True))
        if all(named[name] == value for name, value in where.items()):
            out.append((named["gemeente_code"], *(row[name] for name in measures)))
    return sorted(out)


def test_a_contingent_is_a_number_or_two_percent_of_mutaties(paper: Paper) -> None:
    for gemeente, kind, number, mutations in (
        ("0505", "absoluut", 4, None),
        ("0505", "pct_mutaties", 2, 75),  # 1.5: two
        ("0642", "pct_mutaties", 5, 125),  # 2.5 of two percent, whatever the number: three
        ("0482", "absoluut", 3, None),
        ("0482", "pct_mutaties", 2, None),  # not known
    ):
        row = {"jaar": 2018, "gemeente": gemeente, "soort": kind, "aantal": number, "mutaties": mutations}
        paper.sheets["Contingenten"].append(row)
    paper.lease(ANN, "2018-02-01", "regulier", gemeente="0505", contingent="K1")
    paper.lease(BOB, "2018-02-01", "regulier", gemeente="0642", contingent="K1")
    paper.lease(CAS, "2018-02-01", "contingent", gemeente="0505")  # names none
    marts = paper.marts()
    rows = found(marts, "contingent_aantal", "toegewezen", "benut_percentage", jaar=2018, corporatie="L0001")
    assert rows == [
        ("GM0482", None, 0, None),
        ("GM0505", 6, 1, Decimal(100) / 6),
        ("GM0642", 3, 1, Decimal(100) / 3),
    ]


def test_the_wait_for_a_home_begins_when_somebody_is_ready_for_it(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2017-01-01", "2018-03-10", uitstroomgereed_op="2018-01-10")
    paper.stay(BOB, DAV_A, "15D03", "2017-01-01", "2018-03-10", uitstroomgereed_op="2018-03-12")  # after it
    paper.stay(CAS, DAV_A, "15D03", "2017-01-01", "2018-03-10", uitstroomgereed_op="2018-02-19")
    for who in (ANN, BOB, CAS):
        paper.lease(who, "2018-03-11", "regulier", gemeente="0505")
    paper.lease(ANN, "2018-06-01", "regulier", gemeente="0642")  # her second home: not ready anew
    rows = found(paper.marts(), "wachttijd_woning_p50", "toegewezen", jaar=2018, corporatie="L0001")
    assert rows == [("GM0505", 40, 0)]  # 60 and 20 days


@pytest.mark.parametrize(
    ("profile", "assessed", "k", "m", "late"),
    [
        ("K", "2017-01-01", 1, 0, 0),  # 24 months later is the midnight itself
        ("K", "2016-12-31", 1, 0, 1),
        ("M", "2014-01-01", 0, 1, 0),
        ("M", "2013-12-31", 0, 1, 1),
        ("L", "2010-01-01", 0, 0, 0),
        ("K", "2019-01-02", 0, 0, 0),  # after it
    ],
)
def test_potential_and_stagnation_at_the_end_of_the_year(  # noqa: PLR0917
    paper: Paper, profile: str, assessed: str, k: int, m: int, late: int
) -> None:
    paper.indication(ANN, "7", "15D03", "2016-01-01", uitstroomprofiel=profile, beoordeeld_op=assessed)
    paper.stay(ANN, DAV_A, "15D03", "2016-01-01", "2019-01-20", number="7", place="0642")
    rows = found(paper.marts(), "potentieel_k", "potentieel_m", "stagnatie", jaar=2018)
    assert rows == ([("GM0505", k, m, late)] if k or m or late else [])


def test_the_assessment_of_then_counts_even_when_a_later_list_has_another(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2016-01-01", number="7")
    paper.indication(ANN, "7", "15D03", "2016-01-01", uitstroomprofiel="K", beoordeeld_op="2017-06-01")
    paper.snapshot("sdd_indicaties", "2018-01-05")
    paper.tables[("sdd", "sdd_indicaties")].clear()
    paper.indication(ANN, "7", "15D03", "2016-01-01", uitstroomprofiel="M", beoordeeld_op="2018-06-01")
    rows = [found(paper.marts(), "potentieel_k", "potentieel_m", jaar=year) for year in (2017, 2018)]
    assert rows == [[("GM0505", 1, 0)], [("GM0505", 0, 1)]]


@pytest.mark.parametrize(("since", "late"), [("2017-01-01", []), ("2016-12-31", [("GM0202", None, 1)])])
def test_groepswonen_has_a_norm_of_24_months_per_run_of_the_product(
    paper: Paper, since: str, late: list[tuple]
) -> None:
    paper.message("301", ANN, CG_A, "7", "15Z02", begin="2016-06-01")
    paper.message("305", ANN, CG_A, "7", "15Z03", begin="2016-06-01")
    paper.message("307", ANN, CG_A, "7", "15Z03", begin="2016-06-01", end=since, reason="19")
    paper.message("305", ANN, CG_A, "7", "15Z02", begin=since)
    assert found(paper.marts(), "potentieel_k", "stagnatie", jaar=2018) == late


def test_who_left_for_a_home_lands_in_the_gemeente_of_herkomst_or_not(paper: Paper) -> None:
    for number, (who, to, dwelling) in enumerate(
        [(ANN, "0642", "0505"), (BOB, "", "0642"), (CAS, "", ""), (DEE, "0505", "0642")], start=7
    ):
        paper.indication(who, str(number), "15D03", "2017-01-01", gemeente_herkomst="0642")
        paper.stay(
            who,
            DAV_A,
            "15D03",
            "2017-01-01",
            "2018-03-10",
            number=str(number),
            destination="U01",
            gemeente_uitstroom=to,
        )
        if dwelling:
            paper.lease(who, "2018-04-10", "regulier", gemeente=dwelling)  # 31 days later
    # Ann went home by her supplier's word, Bob by his lease; of Cas nobody knows; Dee went elsewhere.
    rows = found(paper.marts(), "landing_herkomst_percentage", jaar=2018, corporatie="-")
    assert rows == [("GM0642", 50)]
