"""Lives worked out on paper from `definitions.md`: they judge the oracle, which judges the warehouse."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.basics import add_months, age_class, gemeente_table, place_name
from tests.oracle.paper import ANN, BOB, CAS, CG_A, DAV_A, DAV_B, Paper, cells, day

try:
    gemeente_table()
except FileNotFoundError:
    pytest.skip("no gemeente table: neither the project's seed nor the national table 33", allow_module_level=True)

BW_A = {"regio": "DAV", "domein": "BW", "basis": "levering", "perimeter": "A", "gemeente_basis": "verblijf"}
BW_B = BW_A | {"perimeter": "B"}
CG_BW_A = BW_A | {"regio": "CG"}
CG_BW_B = BW_A | {"regio": "CG", "perimeter": "B"}
MO = {"regio": "CG", "domein": "MO", "gemeente_basis": "verblijf"}


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop")


# ------------------------------------------------------------------------------------------------ settled 2 and 3


def test_same_day_switch_gives_the_day_to_the_receiver(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-03-01", "2018-03-31")
    paper.stay(ANN, DAV_A, "15D02", "2018-03-31", "2018-06-10")
    marts = paper.marts()
    for perimeter in (BW_A, BW_B):
        assert cells(marts, "mart_instroom", "maand", "product_code", **perimeter) == [(day("2018-03-01"), "15D03", 1)]
        assert cells(marts, "mart_doorstroom", "maand", "van_product", "naar_product", "richting", **perimeter) == [
            (day("2018-03-01"), "15D03", "15D02", "afschaling", 1)
        ]
        assert cells(marts, "mart_uitstroom", "maand", "product_code", "bestemming", **perimeter) == [
            (day("2018-06-01"), "15D02", "U99", 1)
        ]
        # March has 30 days of the old product and, although its rank is lower, one of the new.
        assert cells(marts, "mart_bezetting", "maand", "product_code", measure="clientdagen", **perimeter) == [
            (day("2018-03-01"), "15D02", 1),
            (day("2018-03-01"), "15D03", 30),
            (day("2018-04-01"), "15D02", 30),
            (day("2018-05-01"), "15D02", 31),
            (day("2018-06-01"), "15D02", 10),
        ]


def test_a_stay_that_loses_its_only_day_is_in_no_figure(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D04", "2018-03-31", "2018-03-31")
    paper.stay(ANN, DAV_A, "15D02", "2018-03-31", "2018-06-10")
    marts = paper.marts()
    assert cells(marts, "mart_instroom", "product_code", **BW_A) == [("15D02", 1)]
    assert cells(marts, "mart_doorstroom", **BW_A) == []


def test_two_stays_of_the_same_one_day_leave_it_to_rank(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D04", "2018-03-31", "2018-03-31")
    paper.stay(ANN, DAV_A, "15D02", "2018-03-31", "2018-03-31")
    marts = paper.marts()
    assert cells(marts, "mart_bezetting", "product_code", measure="clientdagen", **BW_A) == [("15D04", 1)]


def test_of_two_stays_at_once_rank_then_latest_start_then_lowest_key_decides(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D02", "2018-03-01", "2018-03-20")
    paper.stay(ANN, DAV_B, "15D03", "2018-03-05", "2018-03-10")  # higher rank
    paper.stay(BOB, DAV_B, "15D02", "2018-03-01", "2018-03-20")
    paper.stay(BOB, DAV_A, "15D02", "2018-03-11", "2018-03-20", place="0642")  # later start
    paper.stay(CAS, DAV_B, "15D02", "2018-03-01", "2018-03-20")
    paper.stay(CAS, DAV_A, "15D02", "2018-03-01", "2018-03-20", place="0642")  # lower AGB
    days = cells(paper.marts(), "mart_bezetting", "gemeente_code", "product_code", measure="clientdagen", **BW_A)
    # Dordrecht 15D02: Ann 4 + 10, Bob 10; Zwijndrecht 15D02: Bob 10, Cas 20.
    assert days == [("GM0505", "15D02", 24), ("GM0505", "15D03", 6), ("GM0642", "15D02", 30)]


# ------------------------------------------------------------------------------------------------ settled 5 and 6


@pytest.mark.parametrize(("start", "bridged"), [("2018-03-01", True), ("2018-03-02", False)])
def test_a_gap_of_28_days_is_bridged_and_29_is_not(paper: Paper, start: str, bridged: bool) -> None:
    # e = 2018-02-01; February 2018 has 28 days.
    paper.stay(ANN, DAV_A, "15D03", "2018-01-10", "2018-01-31")
    paper.stay(ANN, DAV_A, "15D02", start, "2018-03-31")
    marts = paper.marts()
    balance = {
        measure: cells(marts, "mart_stroombalans", "maand", measure=measure, **BW_A)
        for measure in ("instroom", "uitstroom", "stand_eind")
    }
    if bridged:
        assert balance["instroom"] == [(day("2018-01-01"), 1)]
        assert balance["uitstroom"] == [(day("2018-03-01"), 1)]
        assert balance["stand_eind"] == [(day("2018-01-01"), 1), (day("2018-02-01"), 1)]
        assert cells(marts, "mart_doorstroom", "maand", "richting", **BW_A) == [(day("2018-03-01"), "afschaling", 1)]
        # In the gap: in stand under the old product, not in clientdagen.
        assert cells(
            marts, "mart_bezetting", "product_code", measure="stand_eind", maand=day("2018-02-01"), **BW_A
        ) == [("15D03", 1)]
    else:
        assert balance["instroom"] == [(day("2018-01-01"), 1), (day("2018-03-01"), 1)]
        assert balance["uitstroom"] == [(day("2018-01-01"), 1), (day("2018-03-01"), 1)]
        # On midnight of 1 February she is gone: her last day was 31 January.
        assert balance["stand_eind"] == []
        assert cells(marts, "mart_doorstroom", **BW_A) == []
        types = cells(marts, "mart_instroom", "maand", "instroomtype", **BW_A)
        assert types == [(day("2018-01-01"), "onbekend_links", 1), (day("2018-03-01"), "herinstroom", 1)]
    assert cells(marts, "mart_bezetting", measure="clientdagen", maand=day("2018-02-01"), **BW_A) == []


@pytest.mark.parametrize(
    ("code", "start", "exits"),
    [("20", "2018-05-03", 1), ("20", "2018-05-04", 2), ("19", "2018-05-03", 2)],
)
def test_a_temporary_stop_is_bridged_up_to_91_days(paper: Paper, code: str, start: str, exits: int) -> None:
    # e = 2018-02-01; 28 + 31 + 30 days later is 2018-05-01, so 2018-05-03 is a gap of 91.
    paper.stay(ANN, DAV_A, "15D03", "2018-01-10", "2018-01-31", code=code)
    paper.stay(ANN, DAV_A, "15D03", start, "2018-06-30")
    assert sum(row[-1] for row in cells(paper.marts(), "mart_uitstroom", **BW_A)) == exits


# ------------------------------------------------------------------------------------------------ settled 4


def test_leaving_perimeter_b_is_u07_and_only_doorstroom_in_a(paper: Paper) -> None:
    paper.stay(ANN, CG_A, "15Z03", "2018-06-01", "2018-08-31")
    paper.stay(ANN, CG_A, "15Z01", "2018-09-01", "2018-12-31")
    marts = paper.marts()
    assert cells(marts, "mart_uitstroom", "maand", "bestemming", "bestemmingsgroep", **CG_BW_B) == [
        (day("2018-08-01"), "U07", "gewenst", 1)
    ]
    assert cells(marts, "mart_uitstroom", "maand", "bestemming", **CG_BW_A) == [(day("2018-12-01"), "U99", 1)]
    assert cells(marts, "mart_doorstroom", "maand", "richting", **CG_BW_A) == [(day("2018-09-01"), "afschaling", 1)]
    assert cells(marts, "mart_doorstroom", **CG_BW_B) == []
    assert cells(marts, "mart_stroombalans", "maand", measure="stand_eind", **CG_BW_B) == [
        (day("2018-06-01"), 1),
        (day("2018-07-01"), 1),
    ]


def test_a_short_absence_from_perimeter_b_is_bridged_there(paper: Paper) -> None:
    paper.stay(ANN, CG_A, "15Z03", "2018-06-01", "2018-08-31")
    paper.stay(ANN, CG_A, "15Z01", "2018-09-01", "2018-09-28")
    paper.stay(ANN, CG_A, "15Z04", "2018-09-29", "2018-12-31")
    marts = paper.marts()
    assert cells(marts, "mart_uitstroom", "maand", **CG_BW_B) == [(day("2018-12-01"), 1)]
    assert cells(marts, "mart_doorstroom", "van_product", "naar_product", **CG_BW_B) == [("15Z03", "15Z04", 1)]
    # September in B: two days of 15Z04, in A the 28 of 15Z01 as well.
    september: dict[str, Any] = {"measure": "clientdagen", "maand": day("2018-09-01")}
    assert cells(marts, "mart_bezetting", "product_code", **september, **CG_BW_B) == [("15Z04", 2)]
    assert cells(marts, "mart_bezetting", "product_code", **september, **CG_BW_A) == [("15Z01", 28), ("15Z04", 2)]


# ------------------------------------------------------------------------------------------------ settled 7


@pytest.mark.parametrize(
    ("moved", "january", "month"), [("2018-01-31", "GM0642", "2018-01-01"), ("2018-02-01", "GM0505", "2018-02-01")]
)
def test_on_midnight_itself_the_old_place_still_holds(paper: Paper, moved: str, january: str, month: str) -> None:
    paper.message("305", ANN, DAV_A, "77", "15D03", begin="2018-01-10")
    until = str(day(moved) - timedelta(days=1))
    paper.residence(ANN, DAV_A, "77", "15D03", first="2018-01-10", last=until, place="0505")
    paper.residence(ANN, DAV_A, "77", "15D03", first=moved, place="0642")
    marts = paper.marts()
    assert cells(marts, "mart_bezetting", "gemeente_code", measure="stand_eind", maand=day("2018-01-01"), **BW_A) == [
        (january, 1)
    ]
    assert cells(marts, "mart_stroombalans", "gemeente_code", "maand", measure="wissel_in", **BW_A) == [
        ("GM0642", day(month), 1)
    ]
    assert cells(marts, "mart_stroombalans", "gemeente_code", "maand", measure="wissel_uit", **BW_A) == [
        ("GM0505", day(month), 1)
    ]
    assert cells(marts, "mart_doorstroom", "gemeente_code", "van_product", "naar_product", "richting", **BW_A) == [
        ("GM0642", "15D03", "15D03", "locatiewissel", 1)
    ]
    assert cells(marts, "mart_stroombalans", measure="verschil") == []


def test_year_boundary(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2017-06-01", "2017-12-31")
    paper.stay(BOB, DAV_A, "15D03", "2018-01-01", "2018-03-31")
    paper.stay(CAS, DAV_A, "15D03", "2017-12-01", "2017-12-31")
    paper.stay(CAS, DAV_A, "15D03", "2018-01-01", "2018-01-31")
    marts = paper.marts()
    december = cells(marts, "mart_stroombalans", measure="stand_eind", maand=day("2017-12-01"), **BW_A)
    assert december == [(1,)]  # Cas only: Ann left on the 31st, Bob starts on the 1st
    assert cells(marts, "mart_stroombalans", measure="instroom", maand=day("2018-01-01"), **BW_A) == [(1,)]
    assert cells(marts, "mart_stroombalans", measure="uitstroom", maand=day("2017-12-01"), **BW_A) == [(1,)]
    assert cells(marts, "mart_doorstroom", **BW_A) == []
    years = cells(marts, "mart_bezetting_jaar", "jaar", measure="unieke_clienten", **BW_A)
    assert years == [(2017, 2), (2018, 2)]
    assert cells(marts, "mart_bezetting_jaar", "jaar", measure="clientdagen", **BW_A) == [
        (2017, 214 + 31),  # June up to December: 30 + 31 + 31 + 30 + 31 + 30 + 31
        (2018, 90 + 31),
    ]
    assert cells(marts, "mart_bezetting_jaar", "jaar", measure="stand_eind", **BW_A) == [(2017, 1)]


# ------------------------------------------------------------------------------------------------ death, Q-08


def test_nothing_counts_after_the_day_of_death(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-03-01", "2018-06-10", code="02")
    paper.stay(ANN, DAV_B, "15D01", "2018-05-01", "2018-12-31")
    paper.shelter(ANN, "nachtopvang", "2018-06-01", "2018-07-01")
    paper.shelter(ANN, "nachtopvang", "2018-06-11", "2018-07-01")
    marts = paper.marts()
    for where in (BW_A, BW_B, MO):
        assert cells(marts, "mart_uitstroom", "maand", "bestemming", "bestemmingsgroep", **where) == [
            (day("2018-06-01"), "U40", "apart", 1)
        ]
        june = cells(marts, "mart_bezetting", "maand", measure="clientdagen", **where)[-1]
        assert june == (day("2018-06-01"), 10)


# ------------------------------------------------------------------------------------------------ settled 9


def test_the_product_list_of_1_may_2018_moves_nobody(paper: Paper) -> None:
    paper.stay(ANN, CG_A, "15A00", "2017-01-01", "2018-04-30")
    paper.stay(ANN, CG_A, "15Z03", "2018-05-01", "2018-12-31")
    marts = paper.marts()
    for where in (CG_BW_A, CG_BW_B):
        assert cells(marts, "mart_doorstroom", **where) == []
        assert cells(marts, "mart_administratief", "maand", "van_product", "naar_product", "oorzaak", **where) == [
            (day("2018-05-01"), "15A00", "15Z03", "productlijst", 1)
        ]
        assert cells(marts, "mart_uitstroom", "maand", **where) == [(day("2018-12-01"), 1)]
        assert cells(marts, "mart_instroom", "maand", **where) == [(day("2017-01-01"), 1)]


def test_a_real_change_on_1_may_2018_is_doorstroom(paper: Paper) -> None:
    paper.stay(ANN, CG_A, "15A00", "2017-01-01", "2018-04-30")
    paper.stay(ANN, CG_A, "15Z02", "2018-05-01", "2018-12-31")  # no successor of 15A00
    paper.stay(BOB, CG_A, "15A00", "2017-01-01", "2018-04-30")
    paper.stay(BOB, "42000002", "15Z03", "2018-05-01", "2018-12-31")  # another aanbieder
    paper.stay(CAS, CG_A, "15A00", "2017-01-01", "2018-04-29")
    paper.stay(CAS, CG_A, "15Z04", "2018-05-02", "2018-12-31")  # another day
    marts = paper.marts()
    assert cells(marts, "mart_administratief", **CG_BW_A) == []
    assert cells(marts, "mart_doorstroom", "naar_product", "richting", **CG_BW_A) == [
        ("15Z02", "afschaling", 1),
        ("15Z03", "gelijk", 1),
        ("15Z04", "opschaling", 1),
    ]


def test_with_the_same_product_the_first_difference_names_the_change(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", "2018-01-31")
    paper.stay(ANN, DAV_B, "15D03", "2018-02-01", "2018-02-28")
    paper.location(DAV_B, "elders", "0505")
    paper.stay(ANN, DAV_B, "15D03", "2018-03-01", "2018-03-31", place="elders")
    paper.residence(ANN, DAV_B, "", "15D03", first="2018-04-01", last="2018-04-30", place="elders", form="PGB")
    paper.residence(ANN, DAV_B, "", "15D03", first="2018-05-01", last="2018-05-31", place="elders", form="PGB")
    marts = paper.marts()
    assert cells(marts, "mart_doorstroom", "maand", "richting", **BW_A) == [
        (day("2018-02-01"), "aanbiederwissel", 1),
        (day("2018-03-01"), "locatiewissel", 1),
        (day("2018-04-01"), "leveringsvormwissel", 1),
    ]
    forms = cells(marts, "mart_bezetting", "maand", "leveringsvorm", measure="clientdagen", **BW_A)
    assert (day("2018-04-01"), "PGB", 30) in forms


# ------------------------------------------------------------------------------------------------ settled 10


@pytest.mark.parametrize(("start", "apart"), [("2018-04-28", False), ("2018-04-29", True)])
def test_from_one_regio_to_the_other_within_28_days(paper: Paper, start: str, apart: bool) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", "2018-03-31", code="31")
    paper.stay(ANN, CG_A, "15Z01", start, "2018-12-31")
    marts = paper.marts()
    assert cells(marts, "mart_uitstroom", "bestemming", **BW_A) == [("U22" if apart else "U20", 1)]
    assert cells(marts, "mart_instroom", "route", "instroomtype", **CG_BW_A) == [
        ("onbekend" if apart else "BW_andere_regio", "onbekend_links", 1)
    ]
    # Perimeter B of the other regio is empty, yet the exit from perimeter B knows perimeter A there.
    assert cells(marts, "mart_uitstroom", "bestemming", **BW_B) == [("U22" if apart else "U20", 1)]


def test_from_opvang_to_beschermd_wonen(paper: Paper) -> None:
    paper.shelter(ANN, "nachtopvang", "2018-01-01", "2018-03-31", reden_dakloosheid="huisuitzetting")
    paper.stay(ANN, DAV_A, "15D03", "2018-04-28", "2018-12-31")
    marts = paper.marts()
    assert cells(marts, "mart_uitstroom", "bestemming", "perimeter", **MO) == [("U08", "-", 1)]
    assert cells(marts, "mart_instroom", "route", **MO) == [("huisuitzetting", 1)]
    assert cells(marts, "mart_instroom", "route", **BW_A) == [("MO", 1)]
    assert cells(marts, "mart_instroom", "route", **BW_B) == [("MO", 1)]


def test_the_bestemming_of_the_supplier_goes_before_a_lease_and_a_lease_before_a_code(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", "2018-03-31", destination="U06", code="31")
    paper.lease(ANN, "2018-04-01", "regulier")
    paper.stay(BOB, DAV_A, "15D03", "2018-01-01", "2018-03-31", destination="U99", code="31")
    paper.lease(BOB, "2018-05-01", "contingent")  # 31 days after
    paper.stay(CAS, DAV_A, "15D03", "2018-01-01", "2018-03-31", code="34")
    paper.lease(CAS, "2018-05-02", "contingent")  # 32 days after
    marts = paper.marts()
    assert cells(marts, "mart_uitstroom", "bestemming", "bestemmingsgroep", **BW_A) == [
        ("U02", "gewenst", 1),
        ("U06", "gewenst", 1),
        ("U10", "neutraal", 1),
    ]


def test_of_several_leases_the_nearest_then_the_earliest_then_the_lowest_number(paper: Paper) -> None:
    for bsn in (ANN, BOB, CAS):
        paper.stay(bsn, DAV_A, "15D03", "2018-01-01", "2018-03-31")
    paper.lease(ANN, "2018-04-04", "regulier")
    paper.lease(ANN, "2018-03-29", "omklap")
    paper.lease(BOB, "2018-04-03", "regulier")
    paper.lease(BOB, "2018-03-28", "contingent")
    paper.lease(CAS, "2018-04-03", "contingent", "C2")
    paper.lease(CAS, "2018-04-03", "regulier", "C1")
    marts = paper.marts()
    assert cells(marts, "mart_uitstroom", "bestemming", **BW_A) == [("U01", 1), ("U02", 1), ("U03", 1)]


@pytest.mark.parametrize(
    ("version", "code", "expected"),
    [
        ("2.1", "31", "U22"),
        ("3.2", "31", "U22"),
        ("2.1", "32", "U07"),
        ("2.1", "33", "U12"),
        ("2.1", "34", "U10"),
        ("3.2", "39", "U10_of_U12"),
        ("3.2", "38", "U99"),
        ("3.2", "19", "U99"),
    ],
)
def test_what_is_left_is_read_from_the_stop_code_of_that_version(
    paper: Paper, version: str, code: str, expected: str
) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", "2018-03-31", code=code, version=version)
    assert cells(paper.marts(), "mart_uitstroom", "bestemming", **BW_A) == [(expected, 1)]


def test_a_toewijzing_takes_the_bestemming_of_the_nearest_levering(paper: Paper) -> None:
    paper.indication(ANN, "77", "15D03", "2018-01-01", "2018-04-30")
    paper.stay(ANN, DAV_A, "15D03", "2018-01-05", "2018-03-31", number="77", destination="U01")  # 30 days before
    paper.indication(BOB, "78", "15D03", "2018-01-01", "2018-04-30")
    paper.stay(BOB, DAV_A, "15D03", "2018-01-05", "2018-03-29", number="78", destination="U01")  # 32 days before
    marts = paper.marts()
    granted = BW_A | {"basis": "toewijzing"}
    assert cells(marts, "mart_uitstroom", "bestemming", **granted) == [("U01", 1), ("U99", 1)]
    assert cells(marts, "mart_uitstroom", "maand", **granted) == [(day("2018-04-01"), 1)] * 2


# ------------------------------------------------------------------------------------------------ settled 11


@pytest.mark.parametrize(
    ("last", "start", "guarantee", "expected"),
    [
        ("2016-01-31", "2018-01-31", "", "herinstroom"),
        ("2016-01-31", "2018-02-01", "", "eerder_bekend"),
        ("2016-02-29", "2018-02-28", "", "herinstroom"),  # 24 months after 29 February is 28 February
        ("2016-02-29", "2018-03-01", "", "eerder_bekend"),
        ("2016-01-31", "2018-01-31", "J", "terugkeer"),
        ("2016-01-31", "2018-01-31", "N", "herinstroom"),
        ("2016-01-31", "2018-02-01", "J", "eerder_bekend"),  # the guarantee is of an exit too long ago
        ("2016-01-31", "2021-01-31", "", "eerder_bekend"),
        ("2016-01-31", "2021-02-01", "", "nieuw"),
    ],
)
def test_the_type_of_a_second_inflow(paper: Paper, last: str, start: str, guarantee: str, expected: str) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2016-01-01", last)
    paper.stay(ANN, DAV_A, "15D03", start)
    if guarantee:
        paper.aftercare(ANN, last, guarantee)
    second = cells(paper.marts(), "mart_instroom", "instroomtype", maand=day(start).replace(day=1), **BW_A)
    assert second == [(expected, 1)]


@pytest.mark.parametrize(("start", "expected"), [("2019-12-31", "onbekend_links"), ("2020-01-01", "nieuw")])
def test_new_is_only_known_when_five_years_before_are_covered(paper: Paper, start: str, expected: str) -> None:
    paper.stay(ANN, DAV_A, "15D03", start)
    assert cells(paper.marts(), "mart_instroom", "instroomtype", **BW_A) == [(expected, 1)]


def test_the_type_looks_at_exits_of_the_same_perimeter(paper: Paper) -> None:
    paper.stay(ANN, CG_A, "15Z01", "2018-06-01", "2018-07-31")
    paper.stay(ANN, CG_A, "15Z03", "2018-10-01", "2018-12-31")
    marts = paper.marts()
    assert cells(marts, "mart_instroom", "maand", "instroomtype", **CG_BW_A) == [
        (day("2018-06-01"), "onbekend_links", 1),
        (day("2018-10-01"), "herinstroom", 1),
    ]
    assert cells(marts, "mart_instroom", "maand", "instroomtype", **CG_BW_B) == [
        (day("2018-10-01"), "onbekend_links", 1)
    ]


# ------------------------------------------------------------------------------------------------ settled 8, herkomst


def test_herkomst_is_the_first_known_one_of_the_episode(paper: Paper) -> None:
    paper.indication(ANN, "77", "15D03", "2018-01-01", "2018-03-31", gemeente_herkomst="0000")
    paper.indication(ANN, "78", "15D03", "2018-04-01", "2018-06-30", gemeente_herkomst="0689")
    paper.indication(ANN, "79", "15D03", "2018-07-01", "2018-09-30", gemeente_herkomst="0642")
    origin = BW_A | {"basis": "toewijzing", "gemeente_basis": "herkomst"}
    marts = paper.marts()
    assert cells(marts, "mart_instroom", "gemeente_code", "van_buiten_regio", **origin) == [("GM1978", False, 1)]
    assert cells(marts, "mart_uitstroom", "gemeente_code", **origin) == [("GM1978", 1)]


@pytest.mark.parametrize(
    ("code", "regio", "name"),
    [
        ("0689", "DAV", "GM1978"),
        ("1927", "DAV", "GM1978"),
        ("0545", "DAV", "GM1961"),
        ("1961", "DAV", "GM1961"),
        ("0620", "DAV", "BUITEN_REGIO"),
        ("0196", "CG", "GM0299"),
        ("0202", "CG", "GM0202"),
        ("0202", "DAV", "BUITEN_REGIO"),
        ("0363", "DAV", "BUITEN_REGIO"),
        ("0000", "DAV", "ONBEKEND"),
        ("9998", "DAV", "ONBEKEND"),
        (None, "DAV", "ONBEKEND"),
        ("9999", "DAV", "NIET_INGESCHREVEN"),
    ],
)
def test_gemeentecodes_are_those_of_1_january_2021(code: str | None, regio: str, name: str) -> None:
    assert place_name(code, regio) == name


def test_a_merger_of_gemeenten_moves_nobody(paper: Paper) -> None:
    paper.location(DAV_A, "M", "0689", "2010-01-01", "2018-12-31")
    paper.location(DAV_A, "M", "1978", "2019-01-01")
    paper.stay(ANN, DAV_A, "15D03", "2018-06-01", "2019-06-30", place="M")
    marts = paper.marts()
    assert cells(marts, "mart_stroombalans", measure="wissel_in") == []
    assert {row[0] for row in cells(marts, "mart_bezetting", "gemeente_code", measure="clientdagen", **BW_A)} == {
        "GM1978"
    }


# ------------------------------------------------------------------------------------------------ D.0


def test_verblijf_of_a_toewijzing_is_that_of_the_levering_of_that_day(paper: Paper) -> None:
    paper.indication(ANN, "77", "15D03", "2018-01-01", "2018-01-31", gemeente_herkomst="0642")
    paper.stay(ANN, DAV_A, "15D03", "2018-01-11", "2018-01-20", number="77")
    marts = paper.marts()
    granted = BW_A | {"basis": "toewijzing"}
    assert cells(marts, "mart_bezetting", "gemeente_code", measure="clientdagen", **granted) == [
        ("GM0505", 10),
        ("ONBEKEND", 21),
    ]
    moves = cells(marts, "mart_stroombalans", "gemeente_code", measure="wissel_in", **granted)
    assert moves == [("GM0505", 1), ("ONBEKEND", 1)]
    assert cells(marts, "mart_bezetting", "gemeente_code", measure="clientdagen", **BW_A) == [("GM0505", 10)]
    origin = BW_A | {"gemeente_basis": "herkomst"}
    assert cells(marts, "mart_bezetting", "gemeente_code", measure="clientdagen", **origin) == [("GM0642", 10)]


def test_a_status_3_row_cancels_its_key_and_a_later_one_stands_again(paper: Paper) -> None:
    for bsn, again in ((ANN, False), (BOB, True)):
        number = paper.stay(bsn, DAV_A, "15D03", "2018-01-01")
        paper.message("305", bsn, DAV_A, number, "15D03", begin="2018-01-01", status="3", delivered="2018-02-01")
        if again:
            paper.message("305", bsn, DAV_A, number, "15D03", begin="2018-01-01", delivered="2018-03-01")
    paper.tables.pop(("zorgaanbieders/41000001", "verblijven"))
    marts = paper.marts()
    assert cells(marts, "mart_instroom", "gemeente_code", **BW_A) == [("ONBEKEND", 1)]


def test_without_its_305_the_row_of_verblijven_is_the_placement(paper: Paper) -> None:
    paper.residence(ANN, DAV_A, "77", "15D02", first="2018-01-01", last="2018-01-31")
    paper.residence(BOB, CG_A, "", "15Z03", first="2018-06-01", last="2018-06-30", place="0202", form="PGB")
    marts = paper.marts()
    assert cells(marts, "mart_bezetting", "leveringsvorm", measure="clientdagen", **BW_A) == [("ZIN", 31)]
    # Of a PGB client in CG the stay is the only trace, also of the toewijzing.
    for basis in ("levering", "toewijzing"):
        where = CG_BW_A | {"basis": basis}
        assert cells(marts, "mart_bezetting", "leveringsvorm", measure="clientdagen", **where) == [("PGB", 30)]


def test_of_a_number_the_latest_301_counts_and_13_removes_it(paper: Paper) -> None:
    granted = CG_BW_A | {"basis": "toewijzing", "gemeente_basis": "herkomst"}
    paper.message("301", ANN, CG_A, "77", "15Z01", begin="2018-06-01", end="2018-06-30", granted="2018-05-02")
    paper.message(
        "301",
        ANN,
        CG_A,
        "77",
        "15Z03",
        begin="2018-06-01",
        granted="2018-05-01",
        gemeente="0196",
        delivered="2018-09-01",
    )
    paper.message("301", BOB, CG_A, "78", "15Z01", begin="2018-06-01", granted="2018-05-01")
    paper.message(
        "301", BOB, CG_A, "78", "15Z01", begin="2018-06-01", end="2018-06-01", granted="2018-05-02", reason="13"
    )
    marts = paper.marts()
    # The product and dates of the latest, herkomst the Afzender of the first: Rijnwaarden, now Zevenaar.
    assert cells(marts, "mart_bezetting", "gemeente_code", "product_code", measure="clientdagen", **granted) == [
        ("GM0299", "15Z01", 30)
    ]


def test_of_two_307s_the_latest_counts_and_one_without_a_start_does_nothing(paper: Paper) -> None:
    number = paper.stay(ANN, DAV_A, "15D03", "2018-01-01", "2018-01-31")
    paper.message("307", ANN, DAV_A, number, "15D03", begin="2018-01-01", end="2018-02-28", reason="19")
    paper.message("307", ANN, DAV_A, number, "15D03", begin="2018-01-02", end="2018-04-30", reason="19")
    assert cells(paper.marts(), "mart_uitstroom", "maand", **BW_A) == [(day("2018-02-01"), 1)]


def test_clients_without_bsn_are_never_joined_across_suppliers(paper: Paper) -> None:
    for supplier in (DAV_A, DAV_B):
        paper.residence("", supplier, "", "15D03", first="2018-01-01", last="2018-01-31", client="K1", form="PGB")
    marts = paper.marts()
    assert cells(marts, "mart_bezetting", "leeftijdsklasse", measure="unieke_clienten", **BW_A) == [("onbekend", 2)]


def test_rows_that_break_a_blocking_rule_do_not_count(paper: Paper) -> None:
    good = {"product": "15D03", "first": "2018-01-01"}
    paper.indication(ANN, "1", "99X99", "2018-01-01")
    paper.indication("999900007", "2", "15D03", "2018-01-01")  # fails the 11-proef
    paper.indication(ANN, "3", "15D03", "2018-01-01", "2017-12-31")
    paper.indication(ANN, "4", "15D03", "2018-01-01", beoordeeld_op="31-12-2018")
    paper.indication(ANN, "", "15D03", "2018-01-01")
    paper.indication("", "6", "15D03", "2018-01-01")
    paper.residence(ANN, DAV_A, "", form="PGB", last="2017-12-31", **good)
    paper.residence(ANN, DAV_A, "", "15D3", first="2018-01-01", form="PGB")
    marts = paper.marts()
    # The verdeelmodel divides its budgets, and follows its cohorts, whatever was delivered.
    assert [mart for mart, rows in marts.items() if rows] == ["mart_verdeelmodel", "mart_verdeelmodel_overleving"]


# ------------------------------------------------------------------------------------------------ MO and VO


def test_opvang_ranks_and_dagopvang_is_no_placement(paper: Paper) -> None:
    paper.shelter(ANN, "nachtopvang", "2018-01-01", "2018-01-31")
    paper.shelter(ANN, "crisisopvang", "2018-01-11", "2018-01-20")
    paper.shelter(ANN, "dagopvang", "2018-02-01", "2018-03-31")
    marts = paper.marts()
    assert cells(marts, "mart_bezetting", "product_code", measure="clientdagen", **MO) == [
        ("crisisopvang", 10),
        ("nachtopvang", 21),
    ]
    assert cells(marts, "mart_doorstroom", "richting", **MO) == [("afschaling", 1), ("opschaling", 1)]
    assert cells(marts, "mart_uitstroom", "maand", **MO) == [(day("2018-01-01"), 1)]


def test_children_in_vrouwenopvang_are_not_counted_here(paper: Paper) -> None:
    shelter = {"supplier": "44000001", "place": "0505"}
    paper.shelter(ANN, "vrouwenopvang", "2018-01-01", "2018-01-31", rol="vrouw", **shelter)
    paper.shelter(BOB, "vrouwenopvang", "2018-01-01", "2018-01-31", rol="kind", **shelter)
    vo = cells(paper.marts(), "mart_instroom", "regio", "perimeter", "route", domein="VO", gemeente_basis="verblijf")
    assert vo == [("DAV", "-", "onbekend", 1)]


# ------------------------------------------------------------------------------------------------ settled 13 and ages


def test_facts_after_the_last_complete_month_are_not_there_yet(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "drop", "2018-07-01")
    paper.stay(ANN, DAV_A, "15D03", "2018-06-01", "2018-06-30")
    paper.stay(BOB, DAV_A, "15D03", "2018-06-01", "2018-07-01")  # his end is a fact of July
    paper.stay(CAS, DAV_A, "15D03", "2018-07-01")
    paper.lease(ANN, "2018-07-31", "regulier")  # a lease of July does tell where June's exit went
    marts = paper.marts()
    assert cells(marts, "mart_instroom", "maand", **BW_A) == [(day("2018-06-01"), 2)]
    assert cells(marts, "mart_uitstroom", "maand", "bestemming", **BW_A) == [(day("2018-06-01"), "U01", 1)]
    assert cells(marts, "mart_stroombalans", "maand", measure="stand_eind", **BW_A) == [(day("2018-06-01"), 1)]
    assert cells(marts, "mart_bezetting", measure="clientdagen", **BW_A) == [(60,)]


def test_age_is_that_of_the_first_day_for_days_and_of_the_end_for_stand(paper: Paper) -> None:
    number = paper.stay(ANN, DAV_A, "15D03", "2018-04-20")  # born 1980-05-17
    paper.message("305", BOB, DAV_A, "88", "15D03", begin="2018-04-01", birth="1988-04-15")
    paper.message("307", BOB, DAV_A, "88", "15D03", begin="2018-04-01", end="2018-05-31", reason="19")
    marts = paper.marts()
    assert number
    april = {"maand": day("2018-04-01")} | BW_A
    assert cells(marts, "mart_bezetting", "leeftijdsklasse", measure="clientdagen", **april) == [
        ("23-29", 30),
        ("30-49", 11),
    ]
    stand = cells(marts, "mart_bezetting", "leeftijdsklasse", measure="stand_eind", **april)
    assert stand == [("30-49", 1), ("30-49", 1)]  # Bob (verblijf unknown) turned 30 on the 15th


@pytest.mark.parametrize(
    ("birth", "on", "band"),
    [
        ("2000-02-29", "2018-02-28", "0-17"),
        ("2000-02-29", "2018-03-01", "18-22"),
        ("1995-06-01", "2018-05-31", "18-22"),
        ("1995-06-01", "2018-06-01", "23-29"),
        ("1953-01-01", "2018-01-01", "65+"),
        ("1953-01-02", "2018-01-01", "50-64"),
    ],
)
def test_bands_of_age(birth: str, on: str, band: str) -> None:
    assert age_class(day(birth), day(on)) == band


def test_months_are_added_as_postgres_does() -> None:
    assert add_months(date(2016, 1, 31), 1) == date(2016, 2, 29)
    assert add_months(date(2016, 2, 29), 24) == date(2018, 2, 28)
    assert add_months(date(2015, 12, 31), 60) == date(2020, 12, 31)


def test_a_cancelled_message_tells_no_birth_date(paper: Paper) -> None:
    """A status-3 row cancels its key as if never sent (deliveries, iWmo), its birth date included."""
    paper.message("305", ANN, CG_A, "71", "15Z03", begin="2019-01-01")
    paper.message("305", ANN, CG_A, "71", "15Z03", begin="2019-01-01", status="3", delivered="2019-02-01")
    paper.residence(ANN, CG_A, "71", "15Z03", first="2019-01-01", place="0202")
    rows = cells(
        paper.marts(), "mart_bezetting_jaar", "leeftijdsklasse", measure="unieke_clienten", jaar=2019, **CG_BW_A
    )
    assert rows == [("onbekend", 1)]


def test_who_gave_its_last_day_away_is_not_there_over_that_midnight(paper: Paper) -> None:
    """Settled 2 with D.13: beside ZIN, the first PGB stay ends on 31 March and the second begins on 1 April."""
    paper.stay(ANN, CG_A, "15Z04", "2020-03-01", "2020-06-30")
    paper.residence(ANN, CG_A, "", "15Z02", first="2020-03-11", last="2020-04-01", place="0202", form="PGB")
    paper.residence(ANN, CG_A, "", "15Z02", first="2020-04-01", last="2020-04-20", place="0202", form="PGB")
    where: dict[str, Any] = {"regio": "CG", "perimeter": "A", "basis": "levering", "maand": day("2020-03-01")}
    marts = paper.marts()
    assert cells(marts, "mart_leveringsvorm", measure="zin", **where) == [(1,)]
    assert cells(marts, "mart_leveringsvorm", measure="pgb", **where) == []


def test_a_gap_is_bridged_or_not_by_its_length(paper: Paper) -> None:
    """Q-02: ten days between two stays are one episode at 28 and 91 days, two at 0 and 7."""
    paper.stay(ANN, CG_A, "15Z03", "2019-01-01", "2019-01-10")
    paper.stay(ANN, CG_A, "15Z03", "2019-01-21", "2019-03-31")
    rows = cells(paper.marts(), "mart_gevoeligheid", "hiaat_dagen", measure="instroom", perimeter="A", basis="levering")
    assert rows == [(0, 2), (28, 1), (7, 2), (91, 1)]


def test_origin_against_stay_and_a_merger_is_no_move(paper: Paper) -> None:
    """D.11: a matrix of persons; on 1 January 2019 Giessenlanden lapsed, which moves nobody."""
    paper.indication(ANN, "81", "15D02", "2018-12-01", gemeente_herkomst="0689")
    paper.stay(ANN, DAV_A, "15D02", "2018-12-01", number="81", place="0642")
    marts = paper.marts()
    where: dict[str, Any] = {"basis": "levering", "perimeter": "A"}
    december = cells(
        marts,
        "mart_herkomst_verblijf",
        "herkomst_code",
        "verblijf_code",
        measure="personen",
        maand=day("2018-12-01"),
        **where,
    )
    assert december == [("GM1978", "GM0642", 1)]
    merged = cells(marts, "mart_administratief", "gemeente_basis", "gemeente_code", "maand", "oorzaak", **where)
    assert merged == [("herkomst", "GM1978", day("2019-01-01"), "herindeling", 1)]
    assert cells(marts, "mart_doorstroom", "richting") == []
