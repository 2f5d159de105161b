"""Applications worked out on paper from D.6."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle import wachttijd
from tests.oracle.paper import ANN, BOB, CAS, DAV_A, Paper, day, rows


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-05-10")


def test_a_belangstellende_is_one_until_the_besluit_and_still_on_its_midnight(paper: Paper) -> None:
    for number, (who, *cells) in enumerate(
        [
            (ANN, "2019-01-10", "2019-03-01", "toegekend"),
            (BOB, "2019-02-15", "2019-02-20", ""),  # open, whatever the date says
            (CAS, "2019-02-15", "2019-02-10", "verdaagd"),  # before its aanmelding, and on no list
        ]
    ):
        dates = dict(zip(("aanmelddatum", "besluitdatum", "besluit"), cells, strict=True))
        paper.indication(who, str(number), "15D03", "", intake_datum="2019-02-01" if who == ANN else "", **dates)
    paper.stay(BOB, DAV_A, "15D03", "2019-03-20", "2019-04-10", code="02")
    marts = wachttijd.compute(paper.world())
    measures = ("maand", "belangstellend_begin", "aangemeld", "toegekend", "overleden", "overig")
    assert rows(marts, "mart_belangstellenden", *measures, "belangstellend_eind", "verschil") == [
        (day("2019-01-01"), 0, 1, 0, 0, 0, 1, 0),
        (day("2019-02-01"), 1, 2, 0, 0, 1, 2, 0),
        (day("2019-03-01"), 2, 0, 1, 0, 0, 1, 0),
        (day("2019-04-01"), 1, 0, 0, 1, 0, 0, 0),
    ]
    # An intake on the first of February is not yet known on that midnight; Bob is in care by the end of March.
    ends = rows(marts, "mart_belangstellenden", "maand", "intake_afgerond_eind", "al_in_zorg_eind")
    assert [(number, cared) for _, number, cared in ends] == [(0, 0), (1, 0), (0, 1), (0, 0)]
    times = rows(marts, "mart_wachttijd", "maand", "weergave", "n", "dagen_gemiddeld", tijd="besluit")
    assert times == [
        (day("2019-01-01"), "wachtend", 1, 22),
        (day("2019-02-01"), "gerealiseerd", 1, -5),
        (day("2019-02-01"), "wachtend", 2, 32),  # 50 and 14 days
        (day("2019-03-01"), "gerealiseerd", 1, 50),
        (day("2019-03-01"), "wachtend", 1, 45),
    ]


def test_the_first_day_of_care_is_that_of_the_number_or_of_a_stay_within_its_dates(paper: Paper) -> None:
    for number, who in enumerate((ANN, BOB, CAS), start=1):
        dates = {"aanmelddatum": "2019-01-01", "besluitdatum": "2019-01-11"}
        paper.indication(who, str(number), "15D03", "2019-02-01", "2019-12-31", **dates)
    # Ann's stay carries the number of her indicatie, though no message does and it began before it. Bob's PGB carries
    # none: it counts when it begins within the dates. Cas has a stay of another number.
    paper.residence(ANN, DAV_A, "1", "15D03", first="2019-01-31")
    paper.residence(BOB, DAV_A, "", "15D03", first="2019-01-31", last="2019-01-31", form="PGB")
    paper.residence(BOB, DAV_A, "", "15D03", first="2019-02-03", form="PGB")
    paper.residence(CAS, DAV_A, "9", "15D03", first="2019-02-05")
    ended = {"since": "2019-01-11", "status": "actief", "until": "2019-02-10", "reason": "geplaatst"}
    paper.waiting_list(
        "2019-05-09", [paper.wait(who, number=str(n), **ended) for n, who in enumerate((ANN, BOB, CAS), start=1)]
    )
    marts = wachttijd.compute(paper.world())
    february = {"maand": day("2019-02-01"), "weergave": "gerealiseerd"}
    # From 11 January 20 and 23 days, from 1 January 30 and 33.
    assert rows(marts, "mart_wachttijd", "tijd", "n", "dagen_p50", **february) == [
        ("plaatsing", 2, 21.5),
        ("totaal", 2, 31.5),
    ]
    standing = {"maand": day("2019-01-01"), "weergave": "wachtend"}
    assert rows(marts, "mart_wachttijd", "tijd", "n", "dagen_p50", **standing) == [
        ("plaatsing", 3, 21),
        ("totaal", 3, 31),
    ]
