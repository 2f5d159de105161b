"""Herkomst and gemeente of uitstroom worked out on paper from D.11."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle import origins
from tests.oracle.paper import ANN, BOB, CAS, CG_A, DAV_A, Paper, day, rows

DEE = "999900043"
HOME = "44000001"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-02-10")


def test_the_step_of_the_ladder_is_that_of_the_first_known_herkomst(paper: Paper) -> None:
    for number, (who, steps) in enumerate(
        [(ANN, (("0000", "2"), ("0505", "1"))), (BOB, (("9999", "5"),)), (CAS, (("0505", "6"),)), (DEE, ())]
    ):
        for piece, (gemeente, step) in enumerate(steps):
            own, first = f"1{number}{piece}", f"2019-01-{10 * piece + 1:02}"
            paper.indication(who, own, "15D03", first, gemeente_herkomst=gemeente, herkomst_methode=step)
            paper.stay(who, DAV_A, "15D03", first, "" if piece else "2019-01-10" if len(steps) > 1 else "", number=own)
    paper.message("301", DEE, CG_A, "7", "15Z03", begin="2019-01-01")
    paper.stay(DEE, CG_A, "15Z03", "2019-01-01", number="7")
    marts = origins.compute(paper.world())
    found = {"basis": "levering", "perimeter": "A"}
    assert rows(marts, "mart_herkomst_methode", "regio", "herkomst_methode", "personen", **found) == [
        ("CG", "3", 1),
        ("DAV", "1", 1),  # Ann: nobody knew at first
        ("DAV", "6", 1),  # Bob is registered nowhere
        ("DAV", "onbekend", 1),  # Cas: a herkomst, and no step that gives one
    ]


def test_opvang_has_two_measures_of_origin_and_import_is_export_of_another(paper: Paper) -> None:
    paper.shelter(ANN, "nachtopvang", "2019-01-20", place="0202", gemeente_inschrijving="9999")
    paper.shelter(
        BOB, "nachtopvang", "2019-01-20", place="0202", gemeente_inschrijving="0344", gemeente_historisch="0275"
    )
    marts = origins.compute(paper.world())
    assert rows(marts, "mart_herkomst_opvang", "herkomstmaat", "herkomst_code", "personen") == [
        ("historische_verblijfplaats", "GM0202", 1),
        ("historische_verblijfplaats", "GM0275", 1),
        ("inschrijving_bij_aanmelding", "BUITEN_REGIO", 1),
        ("inschrijving_bij_aanmelding", "NIET_INGESCHREVEN", 1),
    ]
    measures = ("gemeente_code", "stand_herkomst", "stand_verblijf", "eigen", "export", "import")
    assert rows(marts, "mart_import_export", *measures) == [("GM0202", 1, 2, 1, 0, 1), ("GM0275", 1, 0, 0, 1, 0)]


def test_where_a_leaver_went_is_what_the_supplier_says_or_the_lease(paper: Paper) -> None:
    for who, said, dwelling in ((ANN, "0642", "0505"), (BOB, "0000", "0505"), (CAS, "", ""), (DEE, "", "0505")):
        code = "02" if who == DEE else "19"
        paper.stay(who, DAV_A, "15D03", "2018-01-01", "2018-12-10", code=code, gemeente_uitstroom=said)
        if dwelling:
            paper.lease(who, "2018-12-20", "regulier", gemeente=dwelling)
    marts = origins.compute(paper.world())
    # Dee died, Cas nobody knows; Bob's supplier does not say.
    found = {"perimeter": "A", "maand": day("2018-12-01")}
    assert rows(marts, "mart_uitstroomgemeente", "bestemmingsgroep", "uitstroom_code", "aantal", **found) == [
        ("apart", "ONBEKEND", 1),
        ("gewenst", "GM0505", 1),
        ("gewenst", "GM0642", 1),
        ("kwaliteit", "ONBEKEND", 1),
    ]
