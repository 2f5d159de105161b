"""Aftercare worked out on paper from D.14."""

from __future__ import annotations

from pathlib import Path

from tests.oracle import aftercare
from tests.oracle.paper import ANN, BOB, CAS, DAV_A, Paper, rows


def nazorg(paper: Paper, bsn: str, measurements: dict[str, str], guarantee: str = "") -> None:
    for months, on in measurements.items():
        row = {"bsn": bsn, "laatste_dag": "2017-01-31", "meting": months, "meetdatum": on}
        paper.tables[(f"zorgaanbieders/{DAV_A}", "nazorg")].append(row | {"terugkeergarantie": guarantee})


def test_a_measurement_is_made_within_31_days_and_counts_once_it_could_be(tmp_path: Path) -> None:
    # 24 months after 31 January 2017, and 31 days more, is 3 March 2019: judged in the night of April.
    for datum, judged in (("2019-03-10", False), ("2019-04-10", True)):
        paper = Paper(tmp_path / datum, datum)
        for who in (ANN, BOB, CAS):
            paper.stay(who, DAV_A, "15D03", "2016-01-01", "2017-01-31")
        # Six months after 31 January is 31 July: up to 31 August.
        complete = {"6": "2017-08-31", "12": "2018-01-31", "18": "2018-07-31", "24": "2018-12-31"}
        nazorg(paper, ANN, complete, guarantee="J")
        nazorg(paper, BOB, {"6": "2017-09-01", "12": "2018-01-31"})
        paper.stay(ANN, DAV_A, "15D03", "2019-01-31", "2019-02-10")
        found = rows(aftercare.compute(paper.world()), "mart_nazorg", "onderdeel", "n", "n_ja", "percentage", jaar=2017)
        late = [("compleet", 2, 1, 50)] * judged
        last = [("meting_24", 2, 1, 50)] * judged
        used = [("terugkeergarantie", 1, 1, 100)] * judged
        early = [("meting_12", 2, 2, 100), ("meting_18", 2, 1, 50), *last, ("meting_6", 2, 1, 50)]
        assert [row[:3] for row in found if row[0] == "nazorg"] == [("nazorg", 3, 2)]
        assert [row for row in found if row[0] != "nazorg"] == [*late, *early, *used]


def test_who_died_needs_no_aftercare(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "drop", "2019-04-10")
    paper.stay(ANN, DAV_A, "15D03", "2016-01-01", "2017-01-31", code="02")
    nazorg(paper, ANN, {"6": "2017-07-31"})
    assert aftercare.compute(paper.world()) == {"mart_nazorg": {}}
