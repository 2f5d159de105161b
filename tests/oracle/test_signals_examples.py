"""Signals worked out on paper, each with its neighbour that is none (Q-04 to Q-38)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.oracle import signals
from tests.oracle.paper import ANN, DAV_A, DAV_B, Paper, day, rows

HOME = "44000001"


def together(paper: Paper, taken_over: str) -> None:
    paper.shelter(ANN, "nachtopvang", "2018-01-01", taken_over, supplier=HOME, place="0505")
    paper.stay(ANN, DAV_A, "15D03", "2018-03-01")


def overlap(paper: Paper, last: str) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", last)
    paper.stay(ANN, DAV_B, "15D03", "2018-03-01", "2018-05-31")


def not_cashed(paper: Paper, cared: str) -> None:
    paper.indication(ANN, "7", "15D03", "2018-01-01")
    paper.stay(ANN, DAV_A, "15D03", cared)


def early(paper: Paper, granted: str) -> None:
    paper.indication(ANN, "7", "15D03", granted)
    paper.residence(ANN, DAV_A, "7", "15D03", first="2018-03-01")  # no message: its number is that of its row


def unended(paper: Paper, last: str) -> None:
    paper.indication(ANN, "7", "15D03", "2018-01-01", last)
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", number="7")


def young(paper: Paper, first: str) -> None:
    paper.indication(ANN, "7", "15D03", first, geboortedatum="2000-02-29")
    paper.stay(ANN, DAV_A, "15D03", first, number="7")


def dead(paper: Paper, last: str) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", "2018-03-01", code="02")
    paper.shelter(ANN, "nachtopvang", "2018-02-01", last, supplier=HOME, place="0505")


def short(paper: Paper, last: str) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-03-01", last)


def heavy(paper: Paper, first: str) -> None:
    paper.stay(ANN, DAV_A, "15D04", first)


def never_stayed(paper: Paper, first: str) -> None:
    for who, begin in (("999900018", "2018-01-01"), (ANN, first)):
        paper.shelter(who, "nachtopvang", begin, supplier=HOME, place="0505", applied="2018-01-01")


@pytest.mark.parametrize(
    ("story", "name", "is_none", "is_one", "arises"),
    [
        (together, "dubbel_domein", "2018-03-01", "2018-03-02", "2018-03-01"),
        (overlap, "overlap_aanbieders", "2018-03-14", "2018-03-15", "2018-03-01"),
        (not_cashed, "niet_verzilverd", "2018-04-02", "2018-04-03", "2018-04-01"),
        (early, "start_voor_toewijzing", "2018-04-01", "2018-04-02", "2018-03-01"),
        (unended, "einddatum_ontbreekt", "2018-12-31", "2018-12-30", "2019-03-01"),
        (young, "jonger_dan_18", "2018-03-01", "2018-02-28", "2018-02-01"),
        (dead, "staart_na_overlijden", "2018-03-01", "2018-03-02", "2018-03-01"),
        (short, "kort_zonder_indicatie", "2018-03-06", "2018-03-05", "2018-03-01"),
        (heavy, "wlz_proxy", "2014-03-31", "2014-03-30", "2019-03-01"),
        (never_stayed, "aangemeld_zonder_verblijf", "2019-03-31", "2019-04-01", "2018-01-01"),
    ],
)
def test_a_signal_arises_and_its_neighbour_does_not(  # noqa: PLR0917
    tmp_path: Path, story: Callable[[Paper, str], None], name: str, is_none: str, is_one: str, arises: str
) -> None:
    found = []
    for when in (is_none, is_one):
        paper = Paper(tmp_path / when, "2019-04-10")
        story(paper, when)
        marts = signals.compute(paper.world())
        found.append(
            rows(
                marts,
                "mart_signalen",
                "maand",
                "aantal",
                signaal=name,
                basis="toewijzing" if name == "niet_verzilverd" else "levering",
            )
        )
    assert found == [[], [(day(arises), 1)]]
