"""Opvang per year worked out on paper from D.12 and D.0."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle import shelter
from tests.oracle.basics import Mart
from tests.oracle.oracle import MARTS
from tests.oracle.paper import ANN, BOB, CAS, DAV_A, Paper, rows

HOME = "44000001"
DEE = "999900043"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    paper = Paper(tmp_path / "drop", "2019-02-10")
    # So that the supplier is one of DAV, whoever stays where.
    for _ in range(3):
        paper.shelter(DEE, "nachtopvang", "2017-01-01", "2017-01-01", supplier=HOME, place="0505")
    return paper


def found(marts: dict[str, Mart], *show: str, **where: object) -> list[tuple]:
    """Return the chosen columns and the measures of the rows that fit, sorted."""
    keys, measures = MARTS["mart_opvang"]
    out = []
    for key, row in marts["mart_opvang"].items():
        named = dict(zip(keys, key, strict=True))
        if all(named[name] == value for name, value in where.items()):
            out.append((*(named[name] for name in show), *(row[name] for name in measures)))
    return sorted(out, key=repr)


def test_three_nights_are_short_and_four_a_trajectory(paper: Paper) -> None:
    # Two nights, seven days away, one night: one stay of three nights. With eight days away they are two stays.
    paper.shelter(ANN, "nachtopvang", "2018-03-01", "2018-03-02", supplier=HOME, place="0505")
    paper.shelter(ANN, "24uursopvang", "2018-03-10", "2018-03-10", supplier=HOME, place="0505")
    paper.shelter(BOB, "nachtopvang", "2018-03-01", "2018-03-02", supplier=HOME, place="0505")
    paper.shelter(BOB, "nachtopvang", "2018-03-10", "2018-03-11", supplier=HOME, place="0505")
    paper.shelter(CAS, "nachtopvang", "2018-03-01", "2018-03-03", supplier=HOME, place="0505")
    paper.shelter(CAS, "nachtopvang", "2018-03-12", "2018-03-14", supplier=HOME, place="0505")
    paper.shelter(DEE, "", "2018-06-01", supplier=HOME)
    marts = paper.marts()
    # Weeks: Ann 3, Bob 4 and Cas 6 nights, by seven.
    assert found(marts, "verblijfsklasse", jaar=2018) == [
        ("kort", 2, 0, 4, 9, Decimal(9) / 2 / 7),
        ("traject", 1, 0, 2, 4, Decimal(4) / 7),
        ("zonder_verblijf", 1, 0, 1, 0, None),
    ]


def test_a_stay_over_new_year_has_its_class_in_both_years_and_its_nights_in_each(paper: Paper) -> None:
    paper.shelter(ANN, "nachtopvang", "2017-12-30", "2018-01-02", supplier=HOME, place="0505", applied="2016-12-28")
    marts = paper.marts()
    assert found(marts, "jaar", verblijfsklasse="traject") == [
        (2016, 1, 0, 1, 0, None),  # applied then, and her stay came later
        (2017, 1, 0, 0, 2, Decimal(2) / 7),
        (2018, 1, 0, 0, 2, Decimal(2) / 7),
    ]


def test_two_beds_in_one_night_are_one_night_and_none_follows_death(paper: Paper) -> None:
    paper.shelter(ANN, "nachtopvang", "2018-05-01", "2018-05-10", supplier=HOME, place="0505")
    paper.shelter(ANN, "crisisopvang", "2018-05-08", "2018-05-12", supplier=HOME, place="0505")
    paper.shelter(ANN, "dagopvang", "2018-05-20", "2018-06-20", supplier=HOME, place="0505")
    paper.stay(BOB, DAV_A, "15D03", "2018-01-01", "2018-03-01", code="02")
    paper.shelter(BOB, "nachtopvang", "2018-02-28", "2018-03-10", supplier=HOME, place="0505")
    paper.shelter(BOB, "nachtopvang", "2018-03-05", "2018-03-10", supplier=HOME, place="0505")
    assert found(paper.marts(), "verblijfsklasse", jaar=2018) == [
        ("kort", 1, 0, 1, 2, Decimal(2) / 7),
        ("traject", 1, 0, 3, 12, Decimal(12) / 7),
    ]


def test_women_children_and_families_by_what_the_aanmelding_says(paper: Paper) -> None:
    stay = ("vrouwenopvang", "2018-03-01", "2018-03-07")
    family = {"supplier": HOME, "place": "0505", "opvangsoort": "vrouwenopvang", "gezin_id": "G1"}
    paper.shelter(ANN, *stay, rol="vrouw", gemeente_inschrijving="0642", **family)
    paper.shelter(BOB, *stay, rol="kind", gemeente_inschrijving="0642", **family)
    paper.shelter(CAS, *stay, rol="kind", gemeente_inschrijving="0642", **family)
    paper.shelter(DEE, *stay, rol="vrouw", gemeente_historisch="0344", **family | {"gezin_id": "G2"})
    rows = found(paper.marts(), "rol", "inschrijving", "herkomst", jaar=2018, opvangsoort="vrouwenopvang")
    assert rows == [
        ("kind", "GM0642", "GM0505", 2, 1, 2, 14, Decimal(1)),
        ("vrouw", "GM0642", "GM0505", 1, 1, 1, 7, Decimal(1)),
        ("vrouw", "ONBEKEND", "BUITEN_REGIO", 1, 1, 1, 7, Decimal(1)),
    ]


def test_ambulant_help_has_weeks_and_aware_has_connections(paper: Paper) -> None:
    paper.shelter(ANN, "ambulant", "2018-03-01", "2018-03-14", supplier=HOME, place="0505", opvangsoort="ambulant")
    paper.shelter(BOB, "aware", "2018-03-01", "2018-03-07", supplier=HOME, place="0505", opvangsoort="vrouwenopvang")
    paper.shelter(CAS, "", "2018-03-01", supplier=HOME, place="0505", opvangsoort="veldwerk")
    paper.shelter(CAS, "", "2018-04-01", supplier=HOME, place="0505", opvangsoort="veldwerk")
    assert found(paper.marts(), "opvangsoort", "verblijfsklasse", jaar=2018) == [
        ("ambulant", "zonder_verblijf", 1, 0, 1, 0, Decimal(2)),
        ("aware", "zonder_verblijf", 1, 0, 1, 0, Decimal(1)),
        ("veldwerk", "zonder_verblijf", 1, 0, 2, 0, None),
        ("vrouwenopvang", "zonder_verblijf", 1, 0, 1, 0, None),
    ]


def test_a_stay_counts_in_the_regio_where_it_was(paper: Paper) -> None:
    paper.shelter(ANN, "nachtopvang", "2018-03-01", "2018-03-02", supplier=HOME, place="0344")  # Utrecht: neither
    paper.shelter(BOB, "nachtopvang", "2018-03-01", "2018-03-02", supplier=HOME, place="0202")
    paper.shelter(
        CAS, "nachtopvang", "2018-03-01", "2018-03-02", supplier=HOME, place="0000"
    )  # unknown: its supplier's
    rows = found(paper.marts(), "regio", "verblijfsklasse", jaar=2018)
    assert rows == [
        ("CG", "kort", 1, 0, 1, 2, Decimal(2) / 7),
        ("DAV", "kort", 1, 0, 1, 2, Decimal(2) / 7),
        ("DAV", "zonder_verblijf", 1, 0, 1, 0, None),
    ]


def test_vrouwenopvang_counts_women_children_and_families_apart(paper: Paper) -> None:
    stays = (
        (ANN, "vrouw", "G1", "0505", "2018-01-14"),
        (BOB, "kind", "G1", "0505", "2018-01-20"),
        (CAS, "vrouw", "", "0344", "2018-01-28"),
    )
    for who, role, family, origin, last in stays:
        own = {"rol": role, "gezin_id": family, "gemeente_historisch": origin, "opvangsoort": "vrouwenopvang"}
        paper.shelter(who, "vrouwenopvang", "2018-01-01", last, supplier=HOME, place="0505", **own)
    measures = MARTS["mart_vrouwenopvang"][1]
    assert rows(shelter.compute(paper.world()), "mart_vrouwenopvang", *measures, opvangsoort="vrouwenopvang") == [
        # two women, one child, one family, one woman of the regio, three aanmeldingen, 14 + 28 nights, three weeks
        (2, 1, 0, 1, 1, 3, 42, 3, 50)
    ]
