"""Places and occupied days worked out on paper (D.8, mart_capaciteit)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle.oracle import MARTS
from tests.oracle.paper import ANN, BOB, CAS, DAV_A, Paper, day

HOUSE = {"supplier": DAV_A, "code": "K1", "gemeente": "0642"}


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2018-07-10")


def month(
    paper: Paper,
    first: str,
    location: str = "K1",
    measures: tuple[str, ...] = ("plaatsen", "bezette_dagen", "bezettingsgraad"),
) -> dict[str, tuple]:
    """Return product -> measures of a location in a month, by default places, occupied days and ratio."""
    found = {}
    for key, row in paper.marts()["mart_capaciteit"].items():
        named = dict(zip(MARTS["mart_capaciteit"][0], key, strict=True))
        if named["maand"] == day(first) and named["locatie"] == location:
            assert (named["regio"], named["aanbieder"]) == ("DAV", DAV_A)
            found[named["product_code"]] = (named["gemeente_code"], *(row[measure] for measure in measures))
    return found


def test_days_take_the_places_of_their_product_else_those_for_all(paper: Paper) -> None:
    paper.location(**HOUSE, start="2018-01-01", productcode="15D03", plaatsen=2)
    paper.location(**HOUSE, start="2018-01-01", plaatsen=1)
    for who, product in ((ANN, "15D03"), (BOB, "15D03"), (CAS, "15D01")):
        paper.stay(who, DAV_A, product, "2018-01-11", "2018-03-31", place="K1")
    assert month(paper, "2018-01-01") == {
        "15D03": ("GM0642", 2, 42, Decimal(42) / 62),
        "alle": ("GM0642", 1, 21, Decimal(21) / 31),
    }
    assert month(paper, "2018-05-01") == {"15D03": ("GM0642", 2, 0, 0), "alle": ("GM0642", 1, 0, 0)}


def test_a_closed_location_shows_who_is_still_there(paper: Paper) -> None:
    paper.location(**HOUSE, start="2018-01-01", end="2018-03-15", productcode="15D03", plaatsen=1)
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", "2018-04-10", place="K1")
    assert month(paper, "2018-03-01") == {"15D03": ("GM0642", 1, 31, Decimal(31) / 15)}
    assert month(paper, "2018-04-01") == {"15D03": ("GM0642", 0, 10, None)}
    assert month(paper, "2018-05-01") == {}
    over = ("capaciteit_status", "capaciteitsdagen", "clienten", "dagen_boven_capaciteit", "dagen_gesloten")
    assert month(paper, "2018-03-01", measures=over) == {"15D03": ("GM0642", "open", 15, 1, 16, 16)}
    assert month(paper, "2018-04-01", measures=over) == {"15D03": ("GM0642", "gesloten", 0, 1, 10, 10)}


def test_places_that_change_within_a_month_are_added_up_by_day(paper: Paper) -> None:
    paper.location(**HOUSE, start="2018-01-01", end="2018-06-15", plaatsen=2)
    paper.location(**HOUSE, start="2018-06-16", plaatsen=4)
    paper.stay(ANN, DAV_A, "15D03", "2018-06-01", place="K1")
    assert month(paper, "2018-06-01") == {"alle": ("GM0642", 4, 30, Decimal(30) / (15 * 2 + 15 * 4))}


def test_of_a_location_nobody_delivered_the_places_are_not_known(paper: Paper) -> None:
    paper.location(**HOUSE, start="2018-01-01")
    paper.stay(ANN, DAV_A, "15D03", "2018-06-01", place="nergens")
    paper.stay(BOB, DAV_A, "15D03", "2018-06-01", place="K1")
    assert month(paper, "2018-06-01", "nergens") == {"15D03": ("ONBEKEND", None, 30, None)}
    assert month(paper, "2018-06-01") == {"alle": ("GM0642", None, 30, None)}  # no number of places given
