"""Waits worked out on paper from D.6 and `mart_wachtlijst` of `marts.md`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle import wachtlijst
from tests.oracle.paper import ANN, BOB, CAS, DAV_A, Paper, cells, day, rows


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "drop", "2019-04-10")


def row(marts: dict, gemeente: str, month: str, status: str) -> dict:
    return marts["mart_wachtlijst"].get(("DAV", gemeente, day(month), status), {})


def test_a_wait_closes_month_by_month(paper: Paper) -> None:
    paper.indication(ANN, "7", "15D03", "2019-03-11", gemeente_herkomst="0642")
    # The list of 5 January shows a wait, that of 20 February another status, that of 9 April its end.
    waiting = {"number": "7", "since": "2018-12-30"}
    paper.waiting_list("2019-01-05", [paper.wait(ANN, **waiting, status="actief")])
    paper.waiting_list("2019-02-20", [paper.wait(ANN, **waiting, status="urgent")])
    ended = paper.wait(ANN, **waiting, status="urgent", until="2019-03-10", reason="geplaatst")
    paper.waiting_list("2019-04-09", [ended])
    marts = paper.marts()
    flows = {
        measure: cells(marts, "mart_wachtlijst", "gemeente_code", "maand", "wachtstatus", measure=measure)
        for measure in ("wachtend_begin", "instroom", "wissel_uit", "wissel_in", "geplaatst", "uitgevallen")
    }
    zwijndrecht = "GM0642"
    assert flows == {
        "instroom": [(zwijndrecht, day("2018-12-01"), "actief", 1)],
        "wachtend_begin": [
            (zwijndrecht, day("2019-01-01"), "actief", 1),
            (zwijndrecht, day("2019-02-01"), "actief", 1),
            (zwijndrecht, day("2019-03-01"), "urgent", 1),
        ],
        "wissel_uit": [(zwijndrecht, day("2019-02-01"), "actief", 1)],
        "wissel_in": [(zwijndrecht, day("2019-02-01"), "urgent", 1)],
        "geplaatst": [(zwijndrecht, day("2019-03-01"), "urgent", 1)],
        "uitgevallen": [],
    }
    assert cells(marts, "mart_wachtlijst", measure="verschil") == []
    # Waited 30 December up to 10 March: 2 + 31 + 28 + 10 days. On 1 February: 2 + 31.
    march = row(marts, zwijndrecht, "2019-03-01", "urgent")
    assert (march["n_gerealiseerd"], march["dagen_p50_gerealiseerd"], march["n_wachtend"]) == (1, 71, 0)
    assert march["dagen_gemiddeld_wachtend"] is None
    january = row(marts, zwijndrecht, "2019-01-01", "actief")
    assert (january["n_wachtend"], january["dagen_gemiddeld_wachtend"], january["n_gerealiseerd"]) == (1, 33, 0)


def test_realised_and_standing_are_never_averaged_together(paper: Paper) -> None:
    rows = []
    for number, (until, reason) in enumerate(
        [("2019-03-10", "geplaatst"), ("2019-03-20", "geplaatst"), ("2019-03-25", "afgezien"), ("", ""), ("", "")]
    ):
        since = "2019-03-01" if until else f"2019-03-1{number}"
        rows.append(paper.wait(ANN, number=str(number), since=since, status="actief", until=until, reason=reason))
    paper.waiting_list("2019-04-09", rows)
    march = row(paper.marts(), "ONBEKEND", "2019-03-01", "actief")  # no indicatie has these numbers
    assert (march["instroom"], march["geplaatst"], march["uitgevallen"], march["wachtend_eind"]) == (5, 2, 1, 2)
    assert (march["n_gerealiseerd"], march["dagen_gemiddeld_gerealiseerd"]) == (2, 15)  # 10 and 20 days
    assert march["dagen_p25_gerealiseerd"] == Decimal("12.5")
    assert march["dagen_p90_gerealiseerd"] == 19
    # Since 13 and 14 March, on midnight of 1 April: 19 and 18 days.
    assert (march["n_wachtend"], march["dagen_gemiddeld_wachtend"]) == (2, Decimal("18.5"))


def test_what_the_last_list_no_longer_has_was_never_there(paper: Paper) -> None:
    paper.waiting_list("2019-01-05", [paper.wait(ANN, number="7", since="2018-12-30", status="actief")])
    paper.waiting_list("2019-04-09", [paper.wait(BOB, number="8", since="2019-03-02", status="voorzorg")])
    assert cells(paper.marts(), "mart_wachtlijst", "maand", "wachtstatus", measure="instroom") == [
        (day("2019-03-01"), "voorzorg", 1)
    ]


def test_death_ends_a_wait_and_what_follows_the_last_month_is_open(paper: Paper) -> None:
    paper.stay(CAS, DAV_A, "15D03", "2019-01-01", "2019-02-10", code="02")
    rows = [
        paper.wait(CAS, number="1", since="2019-01-20", status="actief", until="2019-03-05", reason="geplaatst"),
        paper.wait(CAS, number="2", since="2019-02-11", status="actief"),
        paper.wait(ANN, number="3", since="2019-03-05", status="urgent", until="2019-04-01", reason="geplaatst"),
        paper.wait(BOB, number="4", since="2019-04-01", status="urgent"),
    ]
    paper.waiting_list("2019-04-09", rows)
    marts = paper.marts()
    assert cells(marts, "mart_wachtlijst", "maand", measure="uitgevallen") == [(day("2019-02-01"), 1)]
    assert cells(marts, "mart_wachtlijst", "maand", measure="geplaatst") == []
    assert cells(marts, "mart_wachtlijst", "maand", measure="instroom") == [
        (day("2019-01-01"), 1),
        (day("2019-03-01"), 1),
    ]
    assert cells(marts, "mart_wachtlijst", "maand", measure="wachtend_eind", wachtstatus="urgent") == [
        (day("2019-03-01"), 1)
    ]


def test_a_year_ends_in_december_also_when_nobody_waits_by_then(paper: Paper) -> None:
    rows_of_list = [
        paper.wait(ANN, number="1", since="2017-11-20", status="actief", until="2018-02-10", reason="geplaatst"),
        paper.wait(BOB, number="2", since="2018-12-31", status="urgent", until="2019-01-01", reason="afgezien"),
    ]
    paper.waiting_list("2019-04-09", rows_of_list)
    measures = ("wachtend_begin", "instroom", "geplaatst", "uitgevallen", "wachtend_eind", "tot_en_met")
    assert rows(wachtlijst.compute(paper.world()), "mart_wachtlijst_jaar", "jaar", *measures) == [
        (2017, 0, 1, 0, 0, 1, day("2017-12-01")),
        (2018, 1, 1, 1, 0, 1, day("2018-12-01")),
        (2019, 1, 0, 0, 1, 0, day("2019-03-01")),
    ]
