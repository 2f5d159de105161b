"""Leases, registrations, evictions and the link of leavers to leases worked out on paper (D.5-D.7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle import leases, linkage
from tests.oracle.paper import ANN, BOB, CAS, DAV_A, Paper, rows

DEE, EVE = "999900043", "999900055"
HOME = "44000001"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-04-10")


def test_an_omklap_has_a_duration_and_a_home_within_half_a_year_is_in_time(paper: Paper) -> None:
    for who, begin in ((ANN, "2018-07-31"), (BOB, "2018-08-01"), (CAS, "2018-08-01")):
        ready = "" if who == CAS else "2018-01-31"  # half a year later is 31 July
        paper.stay(who, DAV_A, "15D03", "2017-01-01", "2018-07-30", uitstroomgereed_op=ready)
        turns = {ANN: "2018-08-10", BOB: "2019-04-01"}.get(who, "")  # Bob's after the last complete month
        paper.lease(who, begin, "omklap", gemeente="0505", omklapdatum=turns)
    marts = leases.compute(paper.world())
    measures = ("aantal", "omgeklapt", "omklapduur_p50", "n_wachttijd", "wachttijd_woning_p50", "boven_norm")
    assert rows(marts, "mart_huurcontract", "gemeente_code", *measures) == [("GM0505", 3, 1, 10, 2, 181.5, 1)]


def test_registration_is_in_time_within_a_month_and_must_still_run(paper: Paper) -> None:
    registered = {
        ANN: ("2018-02-28", ""),
        BOB: ("2018-03-01", ""),
        CAS: ("2017-01-01", "2018-01-30"),
        DEE: ("2017-01-01", "2018-01-31"),
    }
    for who in (ANN, BOB, CAS, DEE, EVE):
        paper.stay(who, DAV_A, "15D03", "2018-01-31")
        if who in registered:
            since, until = registered[who]
            row = {"bsn": who, "inschrijfdatum": since, "uitschrijfdatum": until}
            paper.sheets["Inschrijvingen"].append(row)
    measures = ("instroom", "binnen_norm", "later", "niet", "dagen_p50")
    assert rows(leases.compute(paper.world()), "mart_woningzoekende", *measures, jaar=2018) == [(5, 2, 1, 2, 28)]


def test_an_eviction_is_in_care_up_to_a_year_before_and_after(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2017-01-01", "2017-03-31")
    for who, when in (
        (ANN, "2018-03-31"),
        (ANN, "2018-04-01"),
        (ANN, "2016-01-01"),
        (BOB, "2017-02-01"),
        ("", "2017-02-01"),
    ):
        paper.sheets["Ontruimingen"].append({"datum": when, "gemeente": "0505", "reden": "", "bsn": who})
    assert rows(leases.compute(paper.world()), "mart_ontruiming", "jaar", "in_zorg", "reden", "aantal") == [
        (2016, "ja", "onbekend", 1),
        (2017, "nee", "onbekend", 1),
        (2017, "onbekend", "onbekend", 1),
        (2018, "ja", "onbekend", 1),
        (2018, "nee", "onbekend", 1),
    ]


def test_a_lease_is_linked_by_bsn_else_by_birth_date_and_gemeente(paper: Paper) -> None:
    birth = {"geboortedatum": "1990-05-05"}
    for who in (ANN, BOB, CAS, DEE):
        own = {CAS: birth, DEE: birth}.get(who, {"geboortedatum": "1980-01-01"})
        home = "0642" if who == BOB else "0505"
        paper.shelter(who, "nachtopvang", "2018-01-01", "2018-03-01", supplier=HOME, place=home, **own)
    paper.lease(ANN, "2018-04-01", "contingent", gemeente="0202")
    # Without a BSN: Ann's own lease goes before; Bob is not of that gemeente; of Cas and Dee nobody can tell.
    paper.lease("", "2018-03-02", "onderhuur", gemeente="0505", geboortedatum="1980-01-01")
    paper.lease("", "2018-03-05", "regulier", gemeente="0505", **birth)
    paper.lease("", "2018-03-04", "omklap", gemeente="0505", **birth)
    paper.shelter(
        EVE, "nachtopvang", "2018-01-01", "2018-06-01", supplier=HOME, place="0505", geboortedatum="1970-01-01"
    )
    paper.lease("", "2018-06-11", "driepartijen", gemeente="0505", geboortedatum="1970-01-01")
    marts = linkage.compute(paper.world())
    assert rows(marts, "mart_uitstroomwoning", "contractsoort", "zekerheid", "aantal", jaar=2018) == [
        ("contingent", "hoog", 1),
        ("driepartijen", "middel", 1),
        ("geen", "-", 1),  # Bob, in another gemeente
        ("geen", "-", 1),
        ("omklap", "laag", 1),
    ]
