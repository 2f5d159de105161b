"""Returns and lengths of stay worked out on paper from D.9 and D.14."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle import returns
from tests.oracle.basics import Mart
from tests.oracle.oracle import MARTS
from tests.oracle.paper import ANN, BOB, CAS, CG_A, DAV_A, Paper, cells, day, rows

DAV_BW = {"regio": "DAV", "domein": "BW", "perimeter": "A", "basis": "levering", "gemeente_basis": "verblijf"}
DAV_MO = {"regio": "DAV", "domein": "MO", "gemeente_basis": "verblijf"}
DAV_SHELTER = "44000001"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-04-10")


def returned(marts: dict[str, Mart], **where: object) -> list[tuple]:
    """Return (cohortmaand, venster, exits, returns, percentage) of what fits, in order."""
    keys = MARTS["mart_herinstroom"][0]
    found = []
    for key, row in marts["mart_herinstroom"].items():
        named = dict(zip(keys, key, strict=True))
        if all(named[name] == value for name, value in where.items()):
            found.append((named["cohortmaand"], named["venster"], *row.values()))
    return sorted(found)


def test_a_return_counts_up_to_the_same_day_of_the_month(paper: Paper) -> None:
    for who, again in ((ANN, "2018-03-15"), (BOB, "2018-03-16")):  # 6 months after 15 September, and a day more
        paper.stay(who, DAV_A, "15D03", "2017-01-10", "2017-09-15")
        paper.stay(who, DAV_A, "15D03", again, "2018-08-20")
    paper.stay(CAS, DAV_A, "15D03", "2017-01-10", "2017-09-01", destination="U10")  # not in the denominator
    found = returned(paper.marts(), variant="zelfde_domein", **DAV_BW)
    september, august = day("2017-09-01"), day("2018-08-01")
    assert found == [
        (september, 6, 2, 1, 50),
        (september, 12, 2, 2, 100),
        (september, 24, 2, 2, None),  # complete on 30 September 2019
        (august, 6, 2, 0, 0),
        (august, 12, 2, 0, None),
        (august, 24, 2, 0, None),
    ]


@pytest.mark.parametrize(("datum", "percentage"), [("2018-03-31", None), ("2018-04-01", 0)])
def test_no_percentage_until_the_whole_cohort_was_followed(tmp_path: Path, datum: str, percentage: int | None) -> None:
    paper = Paper(tmp_path / "drop", datum)
    paper.stay(ANN, DAV_A, "15D03", "2017-01-10", "2017-09-15")  # 30 September + 6 months lies before 1 April
    found = returned(paper.marts(), venster=6, variant="MO", **DAV_BW)
    assert found == [(day("2017-09-01"), 6, 1, 0, percentage)]


def test_the_variants_look_in_other_domains_of_the_regio(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2017-01-10", "2017-09-15")
    paper.shelter(ANN, "nachtopvang", "2017-10-15", "2017-10-30", supplier=DAV_SHELTER, place="0505")
    paper.stay(ANN, DAV_A, "15D03", "2017-12-01", "2018-02-20")
    paper.shelter(ANN, "nachtopvang", "2018-03-21", "2018-03-30", supplier=DAV_SHELTER, place="0505")
    paper.stay(BOB, DAV_A, "15D03", "2017-01-10", "2017-09-15")
    paper.stay(BOB, CG_A, "15Z03", "2018-01-10")  # another regio: no return of DAV
    marts = paper.marts()
    september = {"cohortmaand": day("2017-09-01"), "venster": 6}
    october = {"cohortmaand": day("2017-10-01"), "venster": 6}
    for variant, back in (("zelfde_domein", 1), ("BW_of_MO", 1), ("MO", 1)):
        (found,) = returned(marts, variant=variant, **september, **DAV_BW)
        assert found[2:] == (2, back, 50), variant
    # From opvang on 30 October to BW on 1 December is 31 days: a return. Her next night in opvang is of 21 March.
    for variant, back in (("zelfde_domein", 1), ("BW_of_MO", 1), ("MO", 1)):
        (found,) = returned(marts, variant=variant, **october, **DAV_MO)
        assert found[2:] == (1, back, 100 * back), variant
    # In February 2018 Ann leaves again and is in opvang after a gap of exactly 28 days: a step, no return. What
    # came before is none either.
    later = returned(marts, cohortmaand=day("2018-02-01"), venster=12, variant="BW_of_MO", **DAV_BW)
    assert later == [(day("2018-02-01"), 12, 1, 0, 0)]


def lengths(marts: dict[str, Mart], month: str, **where: object) -> dict[tuple, dict]:
    """Return product and kind -> measures of a month."""
    keys = MARTS["mart_verblijfsduur"][0]
    found = {}
    for key, row in marts["mart_verblijfsduur"].items():
        named = dict(zip(keys, key, strict=True))
        if named["maand"] == day(month) and all(named[name] == value for name, value in where.items()):
            found[(named["product_code"], named["soort"])] = row
    return found


def test_lengths_of_stay_ended_running_and_cut_off_at_the_start_of_data(paper: Paper) -> None:
    paper.stay(ANN, DAV_A, "15D03", "2018-01-01", "2018-01-10")  # ten days
    paper.stay(BOB, DAV_A, "15D03", "2018-01-01", "2018-01-20")  # twenty days
    paper.stay(CAS, DAV_A, "15D03", "2018-01-12", "2018-02-09")
    paper.stay(CAS, DAV_A, "15D02", "2018-02-20", "2018-03-10")  # a bridged gap: one episode
    paper.stay("999900043", DAV_A, "15D03", "2015-01-01", "2018-01-31")
    marts = paper.marts()
    january = lengths(marts, "2018-01-01", **DAV_BW)
    assert january.keys() == {("15D03", "afgerond"), ("15D03", "lopend"), ("15D03", "afgekapt")}
    assert january[("15D03", "afgerond")] == {
        "n": 2,
        "dagen_gemiddeld": 15,
        "dagen_p10": 11,
        "dagen_p25": Decimal("12.5"),
        "dagen_p50": 15,
        "dagen_p75": Decimal("17.5"),
        "dagen_p90": 19,
    }
    assert january[("15D03", "lopend")]["dagen_p50"] == 20  # 12 January up to 31 January
    assert january[("15D03", "afgekapt")] == dict.fromkeys(MARTS["mart_verblijfsduur"][1]) | {"n": 1}
    (march,) = lengths(marts, "2018-03-01", **DAV_BW).items()
    assert march[0] == ("15D02", "afgerond")
    assert march[1]["dagen_gemiddeld"] == 20 + 28 + 10  # the days of the gap too
    assert cells(marts, "mart_verblijfsduur", "soort", measure="n", maand=day("2017-12-01"), **DAV_BW) == [
        ("afgekapt", 1)
    ]


def test_person_by_person_only_the_first_exit_of_a_year_that_counts(paper: Paper) -> None:
    for first, last, destination in (
        ("2016-01-01", "2017-02-01", "U11"),  # no index event, so not the first either
        ("2017-04-01", "2017-05-01", "U01"),
        ("2017-07-01", "2017-09-15", "U30"),
        ("2018-08-01", "2018-08-20", "U30"),
    ):
        paper.stay(ANN, DAV_A, "15D03", first, last, destination=destination)
    marts = returns.compute(paper.world())
    shown = ("cohortjaar", "bestemmingsgroep", "venster", "n_uitgestroomd", "n_terug", "percentage")
    found = rows(marts, "mart_herinstroom_jaar", *shown, variant="zelfde_domein", **DAV_BW)
    assert found == [
        (2017, "gewenst", 12, 1, 1, 100),
        (2017, "gewenst", 24, 1, 1, None),
        (2017, "gewenst", 6, 1, 1, 100),
        (2018, "ongewenst", 12, 1, 0, None),
        (2018, "ongewenst", 24, 1, 0, None),
        (2018, "ongewenst", 6, 1, 0, None),  # 31 December + 6 months lies after March 2019
    ]
