"""A region and its clients a year at a time, worked out on paper (D.3, D.5, D.8, Q-22)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle import years
from tests.oracle.paper import ANN, BOB, DAV_A, Paper, day, rows

HOME = "44000001"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-04-10")


def test_a_region_closes_year_by_year_and_a_running_year_ends_with_its_last_month(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2017-06-01", "2018-12-31")
    paper.stay(BOB, DAV_A, "15D03", "2019-03-01")
    measures = ("stand_begin", "instroom", "uitstroom", "stand_eind", "unieke_clienten", "tot_en_met")
    found = {"basis": "levering", "perimeter": "A"}
    assert rows(years.compute(paper.world()), "mart_regio_jaar", "jaar", *measures, **found) == [
        (2017, 0, 1, 0, 1, 1, day("2017-12-01")),
        (2018, 1, 0, 1, 0, 1, day("2018-12-01")),
        (2019, 0, 1, 0, 1, 1, day("2019-03-01")),
    ]


def test_flows_have_a_kind_and_the_chain_goes_before_the_type(paper: Paper) -> None:
    paper.shelter(ANN, "nachtopvang", "2018-01-01", "2018-02-10", supplier=HOME, place="0505")
    paper.stay(ANN, DAV_A, "15D03", "2018-02-11", "2018-05-10", destination="U10")
    paper.stay(ANN, DAV_A, "15D03", "2018-11-01", "2018-12-10", destination="U04")
    marts = years.compute(paper.world())
    found = {"jaar": 2018, "basis": "levering"}
    shown = ("richting", "soort", "aantal")
    assert rows(marts, "mart_stroom_jaar", *shown, domein="BW", perimeter="A", **found) == [
        ("in", "MO", 1),
        ("in", "terug", 1),
        ("uit", "ander_domein", 1),
        ("uit", "gewenst", 1),
    ]
    assert rows(marts, "mart_stroom_jaar", *shown, domein="MO", **found) == [
        ("in", "onbekend_links", 1),
        ("uit", "BW", 1),
    ]


def test_age_is_that_of_the_first_day_in_the_year(paper: Paper) -> None:
    for who, birth in ((ANN, "1996-02-29"), (BOB, "")):
        paper.shelter(who, "nachtopvang", "2018-02-28", "2019-03-05", supplier=HOME, place="0505", geboortedatum=birth)
    assert rows(years.compute(paper.world()), "mart_leeftijd_jaar", "jaar", "leeftijd", "unieke_clienten") == [
        (2018, 21, 1),  # 22 on 1 March
        (2018, None, 1),
        (2019, 22, 1),
        (2019, None, 1),
    ]


def test_the_granted_indicatie_that_began_last_speaks(paper: Paper) -> None:
    for number, (begin, cause) in enumerate(
        [("2018-01-01", "verslaving"), ("2018-12-31", "autisme"), ("2019-04-01", "overig")], start=1
    ):
        paper.indication(ANN, str(number), "15D03", begin, grondslag=cause)
    paper.indication(ANN, "4", "15D03", "2019-02-01", besluit="afgewezen", grondslag="meerdere")
    paper.stay(ANN, DAV_A, "15D03", "2017-12-31", number="1")
    found = {"kenmerk": "grondslag", "basis": "levering", "perimeter": "A"}
    # What begins after the last complete month is not known yet.
    assert rows(years.compute(paper.world()), "mart_kenmerk_jaar", "jaar", "waarde", **found) == [
        (2017, "onbekend"),
        (2018, "autisme"),
        (2019, "autisme"),
    ]
