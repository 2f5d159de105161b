"""The chain worked out on paper: opvang, beschermd wonen, a home, and back (D.1, Q-05)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.oracle.basics import Mart
from tests.oracle.oracle import MARTS
from tests.oracle.paper import ANN, BOB, CAS, DAV_A, Paper, day

HOME = {"supplier": "44000001", "place": "0505"}


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-04-10")


def steps(marts: dict[str, Mart]) -> list[tuple]:
    """Return every row: month, from, to, route, number and median days."""
    keys = MARTS["mart_keten"][0]
    rows = [(dict(zip(keys, key, strict=True)), row) for key, row in marts["mart_keten"].items()]
    return sorted(
        (k["maand"], k["van_domein"], k["naar_domein"], k["route"], row["aantal"], row["dagen_p50"]) for k, row in rows
    )


def test_from_opvang_to_beschermd_wonen_to_a_home_and_back(paper: Paper) -> None:
    paper.shelter(ANN, "nachtopvang", "2017-01-01", "2017-01-31", **HOME)
    paper.stay(ANN, DAV_A, "15D03", "2017-02-11", "2017-06-30", destination="U01")
    paper.shelter(ANN, "nachtopvang", "2018-06-30", "2018-07-03", **HOME)
    marts = paper.marts()
    # 41 days in opvang and after it; 140 in beschermd wonen; home since 1 July. 1 July up to 29 June is 364 days.
    assert steps(marts) == [
        (day("2017-02-01"), "MO", "BW", "MO>BW", 1, 41),
        (day("2017-06-01"), "BW", "woning", "MO>BW>woning", 1, 140),
        (day("2018-06-01"), "woning", "MO", "MO>BW>woning>MO", 1, 364),
    ]


@pytest.mark.parametrize(("again", "one_chain"), [("2018-07-01", True), ("2018-07-02", False)])
def test_a_chain_breaks_after_365_days_in_neither(paper: Paper, again: str, one_chain: bool) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2017-02-11", "2017-06-30")
    paper.shelter(ANN, "nachtopvang", again, "2018-07-03", **HOME)
    found = [row[1:4] for row in steps(paper.marts())]
    assert found == ([("BW", "MO", "BW>MO")] if one_chain else [])


def test_on_days_in_both_the_chain_is_in_beschermd_wonen(paper: Paper) -> None:
    paper.shelter(BOB, "nachtopvang", "2017-01-01", "2017-03-31", **HOME)
    paper.stay(BOB, DAV_A, "15D03", "2017-02-01", "2017-02-28", destination="U01")  # not home: still in opvang
    marts = paper.marts()
    assert [row[1:] for row in steps(marts)] == [("MO", "BW", "MO>BW", 1, 31), ("BW", "MO", "MO>BW>MO", 1, 28)]


def test_what_began_with_the_data_has_no_length_and_long_routes_are_cut(paper: Paper) -> None:
    days = [f"2015-{month:02}-01" for month in (1, 3, 5, 7, 9, 11)]
    for number, (first, last) in enumerate(pairwise(days)):
        if number % 2:
            paper.shelter(CAS, "nachtopvang", first, last, **HOME)
        else:
            paper.stay(CAS, DAV_A, "15D03", first, last)
    found = steps(paper.marts())
    # BW has each day it shares with opvang: BW 1 January, opvang 2 March, BW 1 May, opvang 2 July, BW 1 September.
    assert [row[3:] for row in found] == [
        ("BW>MO", 1, None),
        ("BW>MO>BW", 1, 60),
        ("BW>MO>BW>MO", 1, 62),
        ("…>MO>BW>MO>BW", 1, 61),
    ]


@pytest.mark.parametrize(("again", "home"), [("2017-07-29", False), ("2017-07-30", True)])
def test_who_is_elsewhere_within_28_days_did_not_go_home(paper: Paper, again: str, home: bool) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2017-02-11", "2017-06-30", destination="U01")
    paper.shelter(ANN, "nachtopvang", again, "2017-08-03", **HOME)
    routes = [row[3] for row in steps(paper.marts())]
    assert routes == (["BW>woning", "BW>woning>MO"] if home else ["BW>MO"])
