"""The arithmetic of the verdeelmodel worked out on paper (section F)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle import verdeelmodel
from tests.oracle.lives import world_of
from tests.oracle.paper import ANN, BOB, CAS, DAV_A, Paper
from tests.oracle.verdeelmodel import by_weights, damped, largest_remainder, linear

SCENARIO = {
    "scenario": "s",
    "regio": "DAV",
    "basis": "levering",
    "basisjaar": "2018",
    "historisch": "herkomst",
    "pseudo_codes": "zichtbaar",
    "zonder_financieringsbron": "",
    "maatstafjaar": "2018",
    "budget": "b",
    "eerste_jaar": "2021",
    "laatste_jaar": "2023",
    "ingroei": "lineair",
    "startjaar": "2022",
    "ingroei_jaren": "2",
    "overleving": "",
    "cohort_peildatum": "",
    "wlz_uitname": "",
    "wlz_toerekening": "",
    "wlz_regioaandeel": "",
    "demping_per_inwoner": "",
}
MEMBERS = ("0482", "0505", "0531", "0590", "0610", "0642", "0512", "0523", "1978", "1961")


def test_ingroei_is_a_straight_line_from_the_year_before_the_start() -> None:
    assert [linear(year, 2022, 4) for year in range(2020, 2028)] == [
        0,
        0,
        Decimal("0.25"),
        Decimal("0.5"),
        Decimal("0.75"),
        1,
        1,
        1,
    ]


def test_cents_that_are_left_go_to_the_largest_remainders() -> None:
    # 3.333…, 3.333… and 3.333… of ten euro: one cent is left, the first code has it.
    assert largest_remainder(dict.fromkeys("bac", Decimal(10) / 3), Decimal(10)) == {
        "a": Decimal("3.34"),
        "b": Decimal("3.33"),
        "c": Decimal("3.33"),
    }
    parts = {
        "a": Decimal("1.006"),
        "b": Decimal("2.009"),
        "c": Decimal("-0.015"),
    }  # cents 100, 200 and -2: two are left of three euro
    assert largest_remainder(parts, Decimal(3)) == {"a": Decimal("1.01"), "b": Decimal("2.01"), "c": Decimal("-0.02")}


def test_objective_shares_are_weighed_shares_of_each_measure() -> None:
    measures = {"people": {"a": Decimal(30), "b": Decimal(10)}, "fixed": {"a": Decimal(1), "b": Decimal(1)}}
    assert by_weights({"people": Decimal("0.8"), "fixed": Decimal("0.2")}, measures) == {
        "a": Decimal("0.7"),
        "b": Decimal("0.3"),
    }


def test_damping_takes_no_larger_step_and_makes_up_for_it_later() -> None:
    targets = [Decimal(0), Decimal("0.5"), Decimal("0.6"), Decimal("0.7")]
    assert damped(targets, [Decimal("0.3")] * 4) == [Decimal(0), Decimal("0.3"), Decimal("0.6"), Decimal("0.7")]


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, str]]]:
    """One scenario, its measure twice as large in Dordrecht as elsewhere, and a thousand euro."""
    seeds = {
        "verdeelmodel_scenario": [dict(SCENARIO)],
        "verdeelmodel_budget": [
            {"budget": "b", "jaar": str(year), "bedrag": "1100", "status": "illustratief"}
            for year in (2021, 2022, 2023)
        ],
        "maatstaf_gewicht": [{"scenario": "s", "maatstaf": "inwoners", "gewicht": "1", "status": "illustratief"}],
        "maatstaf": [
            {
                "maatstaf": "inwoners",
                "jaar": "2018",
                "gemeente_code": f"GM{code}",
                "waarde": "2" if code == "0505" else "1",
            }
            for code in MEMBERS
        ],
        "tarief": [{"product_code": "15D03", "geldig_van": "2015-01-01", "bedrag_per_dag": "2"}],
        "wlz_uitname": [
            {
                "wlz_uitname": "w",
                "vanaf_jaar": "2023",
                "bedrag": "1000",
                "landelijk_budget": "11000",
                "landelijke_clienten": "10",
                "landelijke_clientdagen": "3650",
                "status": "illustratief",
            }
        ],
        "financieringsbron": [],
        "overlevingstabel": [{"tabel": "t", "jaren": str(n), "aandeel": share} for n, share in enumerate(("1", "0.4"))],
    }
    monkeypatch.setattr(verdeelmodel, "seed", lambda name: seeds[name])
    return seeds


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """Days of 2018: Ann 300 of Dordrecht, Bob 90 of Zwijndrecht, Cas 10 of elsewhere."""
    paper = Paper(tmp_path / "drop", "2019-04-10")
    for who, number, last, origin in (
        (ANN, "7", "2018-10-27", "0505"),
        (BOB, "8", "2018-03-31", "0642"),
        (CAS, "9", "2018-01-10", "0344"),
    ):
        paper.indication(who, number, "15D03", "2018-01-01", last, gemeente_herkomst=origin)
        paper.stay(who, DAV_A, "15D03", "2018-01-01", last, number=number)
    return paper


def made(paper: Paper) -> dict[tuple, dict[str, object]]:
    """Return (year, gemeente) -> measures."""
    paper.marts()
    mart = verdeelmodel.compute(world_of((paper.datum, paper.folder)))["mart_verdeelmodel"]
    return {key[1:]: row for key, row in mart.items()}


@pytest.mark.usefixtures("seeds")
def test_a_scenario_from_history_to_inhabitants(paper: Paper) -> None:
    rows = made(paper)
    shares = {code: [rows[(year, code)]["aandeel"] for year in (2021, 2022, 2023)] for code in ("GM0505", "GM0642")}
    # Of history 300 and 90 of 400 days; of inhabitants 2 and 1 of 11; half way in 2022.
    assert shares["GM0505"] == pytest.approx(
        [Decimal("0.75"), (Decimal("0.75") + Decimal(2) / 11) / 2, Decimal(2) / 11]
    )
    assert shares["GM0642"] == pytest.approx(
        [Decimal("0.225"), (Decimal("0.225") + Decimal(1) / 11) / 2, Decimal(1) / 11]
    )
    assert {code for _, code in rows} == {f"GM{code}" for code in MEMBERS} | {"BUITEN_REGIO"}
    outside = [rows[(year, "BUITEN_REGIO")]["bedrag"] for year in (2021, 2022, 2023)]
    assert outside == [Decimal("27.50"), Decimal("13.75"), 0]
    assert rows[(2023, "GM0505")] == {
        "aandeel_historisch": Decimal("0.75"),
        "aandeel_objectief": Decimal(2) / 11,
        "alfa": 1,
        "aandeel": Decimal(2) / 11,
        "bedrag": 200,
        "verschil_historisch": -625,
        "verschil_eigen_kosten": 200 - 300 * 2,
        "status": "illustratief",
        "regio": "DAV",
        "alfa_bron": "lineair",
        "inwoners": 2,
    }
    for year in (2021, 2022, 2023):
        assert sum(row["bedrag"] for (of, _), row in rows.items() if of == year) == 1100


def test_the_centrumgemeente_bears_all_of_history_and_a_cohort_leaves_by_the_table(
    paper: Paper, seeds: dict[str, list[dict[str, str]]]
) -> None:
    seeds["verdeelmodel_scenario"][0].update(historisch="centrumgemeente", ingroei="cohort", overleving="t")
    rows = made(paper)
    assert [rows[(year, "GM0505")]["alfa"] for year in (2021, 2022, 2023)] == [0, 0, Decimal("0.6")]
    assert [rows[(year, "GM0642")]["bedrag"] for year in (2021, 2022, 2023)] == [0, 0, 60]


def test_an_uitname_comes_off_the_budget(paper: Paper, seeds: dict[str, list[dict[str, str]]]) -> None:
    seeds["verdeelmodel_scenario"][0].update(wlz_uitname="w", wlz_toerekening="budget")
    rows = made(paper)
    # A tenth of the national budget is ours: a hundred euro from 2023 on.
    totals = [sum(row["bedrag"] for (of, _), row in rows.items() if of == year) for year in (2022, 2023)]
    assert totals == [1100, 1000]
    assert rows[(2023, "GM0642")]["bedrag"] == Decimal("90.91")
