"""Nothing left out can be calculated back: random regions, an attacker of its own, and proof that it can win."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from publication.declarations import MARTS, RELATIONS, Mart, Measure
from publication.protect import Search, Unknowns, bounds, primary_cells, protect, solve
from publication.system import System, build
from tests.publication.attacker import Attacker
from tests.publication.world import MART_KEYS, MART_MEASURES, count, make_people

FIRST = date(2017, 10, 1)
GEMEENTEN = ["GM0202", "GM0274", "GM0299", "BUITEN_REGIO", "ONBEKEND"]


def region(seed: int, *, people: int = 45, n_months: int = 7, gemeenten: int = 4) -> dict[str, pd.DataFrame]:
    rng = random.Random(seed)
    found = make_people(
        rng, first=FIRST, n_months=n_months, people=people, gemeenten=GEMEENTEN[:gemeenten], stay_months=5, skew=1.0
    )
    found += make_people(
        rng, first=FIRST, n_months=n_months, people=people // 3, gemeenten=GEMEENTEN[:3], domein="MO", stay_months=1
    )
    return count(found, FIRST, n_months)


def system_of(marts: dict[str, pd.DataFrame]) -> System:
    return build(marts, MARTS, RELATIONS)


def hide(marts: dict[str, pd.DataFrame], system: System, hidden: np.ndarray) -> dict[str, pd.DataFrame]:
    """The marts as a reader of publicatie would see them with these cells left out."""
    found = {}
    for mart in system.marts:
        frame = marts[mart.name].copy()
        for measure in mart.measures:
            frame[measure.name] = frame[measure.name].astype(float).mask(hidden[system.cells(mart, measure.name)])
        found[mart.name] = frame
    return found


def attack(marts: dict[str, pd.DataFrame], published: dict[str, pd.DataFrame], *, by: str) -> dict:
    truth, attacker = Attacker(marts, MART_KEYS), Attacker(published, MART_KEYS)
    equations = attacker.equations(truth)
    return attacker.by_elimination(equations) if by == "elimination" else attacker.by_bounds(equations, truth)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.integers(0, 10**6), st.integers(10, 45), st.integers(2, 7), st.integers(2, 5))
def test_no_left_out_figure_can_be_calculated(seed: int, people: int, n_months: int, gemeenten: int) -> None:
    marts = region(seed, people=people, n_months=n_months, gemeenten=gemeenten)
    system = system_of(marts)
    assert not system.broken
    protection = protect(system)
    published = hide(marts, system, protection.hidden)
    assert attack(marts, published, by="elimination") == {}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.integers(0, 10**6), st.integers(20, 70), st.integers(2, 8))
def test_no_left_out_figure_is_pinned_by_its_bounds(seed: int, people: int, n_months: int) -> None:
    marts = region(seed, people=people, n_months=n_months)
    system = system_of(marts)
    published = hide(marts, system, protect(system).hidden)
    assert attack(marts, published, by="bounds") == {}


def test_leaving_out_small_figures_only_is_broken_by_the_same_attacker() -> None:
    """The naive way: 1 to 4 left out, nothing else. Many figures come back, and the attacker has them right."""
    marts = region(5, people=40, n_months=5)
    system = system_of(marts)
    published = hide(marts, system, primary_cells(system))
    found = attack(marts, published, by="elimination")
    truth = Attacker(marts, MART_KEYS)
    assert len(found) > 20
    assert all(truth.known[cell] == value for cell, value in found.items())


def test_looking_at_one_equation_at_a_time_is_not_enough() -> None:
    """With question 1 alone no equation has a single unknown, and yet equations together give figures away."""
    broken = 0
    for seed in range(4):
        marts = region(seed, people=50, n_months=6)
        system = system_of(marts)
        unknowns = Unknowns(system)
        search = Search(unknowns, np.unique(unknowns.of_cell[primary_cells(system)]))
        search.close_single()
        published = hide(marts, system, search.hidden[unknowns.of_cell] & (system.value != 0))
        broken += bool(attack(marts, published, by="elimination"))
    assert broken


def test_every_measure_on_one_to_four_persons_is_left_out_and_large_figures_stay() -> None:
    marts = region(11, people=250, n_months=6)
    system = system_of(marts)
    published = hide(marts, system, protect(system).hidden)
    for mart, measures in MART_MEASURES.items():
        for measure in measures:
            if measure in ("verschil", "clientdagen", "zorgjaren"):  # days, not persons
                continue
            shown = published[mart][measure]
            assert not shown.between(1, 4).any(), (mart, measure)
    for mart in ("mart_bezetting", "mart_bezetting_jaar"):
        few = marts[mart]["unieke_clienten"].between(1, 4)
        assert (
            published[mart]
            .loc[few & (marts[mart]["clientdagen"] > 0), ["clientdagen", "zorgjaren"]]
            .isna()
            .all(axis=None)
        )
        # Days and years of care are the same figure twice.
        assert (published[mart]["clientdagen"].isna() == published[mart]["zorgjaren"].isna()).all()
    balance = published["mart_stroombalans"]
    assert (balance["verschil"] == 0).all()
    assert balance["stand_eind"].sum() > 0.3 * marts["mart_stroombalans"]["stand_eind"].sum()
    # A 0 is no secret and stays.
    zero = marts["mart_stroombalans"]["instroom"] == 0
    assert (balance.loc[zero, "instroom"] == 0).all()


def test_a_region_without_small_figures_is_published_whole() -> None:
    key = {"regio": "CG", "maand": date(2018, 1, 1), "domein": "MO", "perimeter": "-", "basis": "levering"}
    rows = [
        {**key, "gemeente_basis": b, "gemeente_code": "GM0202", "product_code": "nachtopvang", "instroomtype": "nieuw"}
        | {"route": "onbekend", "van_buiten_regio": "false", "aantal": 9}
        for b in ("herkomst", "verblijf")
    ]
    system = system_of({"mart_instroom": pd.DataFrame(rows)})
    assert not protect(system).hidden.any()


def test_a_known_case_a_lone_small_figure_takes_one_companion() -> None:
    """Two rows of 3 and 8 that add up to a balance of 11: with 3 left out, 8 or 11 has to go as well, on both bases."""
    key = {"regio": "CG", "maand": date(2018, 1, 1), "domein": "MO", "perimeter": "-", "basis": "levering"}
    instroom, balance = [], []
    for basis in ("herkomst", "verblijf"):
        cell = {**key, "gemeente_basis": basis, "gemeente_code": "GM0202"}
        for kind, number in (("nieuw", 3), ("herinstroom", 8)):
            row = {
                "product_code": "nachtopvang",
                "instroomtype": kind,
                "route": "onbekend",
                "van_buiten_regio": "false",
            }
            instroom.append({**cell, **row, "aantal": number})
        numbers = dict.fromkeys(MART_MEASURES["mart_stroombalans"], 0) | {"instroom": 11, "stand_eind": 11}
        balance.append({**cell, **numbers})
    marts = {"mart_instroom": pd.DataFrame(instroom), "mart_stroombalans": pd.DataFrame(balance)}
    system = system_of(marts)
    protection = protect(system)
    assert protection.primary.sum() == 2
    published = hide(marts, system, protection.hidden)
    assert published["mart_instroom"]["aantal"].isna().tolist()[::2] == [True, True]
    for basis in (0, 1):
        open_left = [*published["mart_instroom"]["aantal"].isna()[2 * basis : 2 * basis + 2]]
        open_left.append(bool(np.isnan(published["mart_stroombalans"]["instroom"].iloc[basis])))
        assert sum(open_left) >= 2


def test_two_rows_that_must_be_one_each_are_not_left_out_alone() -> None:
    """Five rows of 1 under a published 5 would all be 1: a row that is there counts at least one."""
    key = {"regio": "CG", "maand": date(2018, 1, 1), "domein": "MO", "perimeter": "-", "basis": "levering"}
    cell = {**key, "gemeente_basis": "herkomst", "gemeente_code": "GM0202"}
    rows = [
        {
            **cell,
            "product_code": f"p{i}",
            "instroomtype": "nieuw",
            "route": "onbekend",
            "van_buiten_regio": "false",
            "aantal": 1,
        }
        for i in range(5)
    ]
    numbers = dict.fromkeys(MART_MEASURES["mart_stroombalans"], 0) | {"instroom": 5, "stand_eind": 5}
    marts = {"mart_instroom": pd.DataFrame(rows), "mart_stroombalans": pd.DataFrame([{**cell, **numbers}])}
    system = system_of(marts)
    published = hide(marts, system, protect(system).hidden)
    assert published["mart_stroombalans"]["instroom"].isna().all()


def test_a_percentage_of_nought_on_few_persons_is_left_out() -> None:
    """A 0 that counts nobody is public; a 0 % of three persons is not."""
    mart = Mart(
        "mart_herinstroom", ("gemeente_code",), (Measure("n"), Measure("percentage", persons="n")), whole_rows=True
    )
    frame = pd.DataFrame({"gemeente_code": ["a", "b", "c"], "n": [3, 50, 40], "percentage": [0.0, 0.0, np.nan]})
    system = build({"mart_herinstroom": frame}, [mart], [])
    hidden = protect(system).hidden
    assert hidden[system.cells(mart, "percentage")].tolist() == [True, False, False]
    assert hidden[system.cells(mart, "n")].tolist() == [True, False, False]


def test_a_figure_without_a_known_number_of_persons_is_left_out() -> None:
    mart = Mart("mart_x", ("gemeente_code",), (Measure("n"), Measure("dagen", persons="n")))
    frame = pd.DataFrame({"gemeente_code": ["a", "b"], "n": [np.nan, 7], "dagen": [31.0, 200.0]})
    system = build({"mart_x": frame}, [mart], [])
    assert protect(system).hidden[system.cells(mart, "dagen")].tolist() == [True, False]


def test_measures_that_go_together_are_left_out_together_and_no_others() -> None:
    """Mean and number give each other away: 3 days left out take their number along, the flow beside them stays."""
    mart = Mart(
        "mart_x",
        ("maand",),
        (Measure("instroom"), Measure("n"), Measure("dagen", persons="n"), Measure("n_wachtend")),
        together=(("n", "dagen"),),
    )
    frame = pd.DataFrame(
        {
            "maand": ["2020-01-01", "2020-02-01", "2020-03-01"],
            "instroom": [7, 3, 9],
            "n": [3, 8, 6],
            "dagen": [12.5, 20.0, 0.0],
            "n_wachtend": [20, 30, 2],
        }
    )
    system = build({"mart_x": frame}, [mart], [])
    hidden = protect(system).hidden
    assert {m.name: hidden[system.cells(mart, m.name)].tolist() for m in mart.measures} == {
        "instroom": [False, True, False],
        "n": [True, False, False],
        "dagen": [True, False, False],
        "n_wachtend": [False, False, True],
    }


@pytest.mark.parametrize("name", ["mart_herinstroom", "mart_herinstroom_jaar"])
def test_a_return_rate_rests_on_who_left_and_on_who_came_back(name: str) -> None:
    mart = next(mart for mart in MARTS if mart.name == name)
    keys = dict.fromkeys(mart.keys, "x") | {"cohortmaand": "2019-01-01", "cohortjaar": 2019}
    rows = [(3, 0, 0.0), (50, 4, 8.0), (50, 0, 0.0), (50, 10, 20.0)]
    frame = pd.DataFrame(
        [
            {key: keys[key] for key in mart.keys}
            | {"gemeente_code": str(n), "n_uitgestroomd": left, "n_terug": back, "percentage": rate}
            for n, (left, back, rate) in enumerate(rows)
        ]
    )
    system = build({name: frame}, [mart], [])
    hidden = protect(system).hidden
    assert hidden[system.cells(mart, "percentage")].tolist() == [True, True, False, False]
    assert hidden[system.cells(mart, "n_uitgestroomd")].tolist() == [True, True, False, False]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_solving_finds_exactly_the_fixed_unknowns(seed: int) -> None:
    """Against dense linear algebra: an unknown is fixed where adding its unit vector does not raise the rank."""
    rng = np.random.default_rng(seed)
    dense = rng.integers(-1, 2, size=(rng.integers(1, 9), rng.integers(1, 10))).astype(float)
    dense[rng.random(dense.shape) < 0.4] = 0
    solution = solve(sparse.csr_matrix(dense), rng.random(dense.shape[1]) < 0.5)
    rank = np.linalg.matrix_rank(dense)
    unit = np.eye(dense.shape[1])
    expected = [i for i in range(dense.shape[1]) if np.linalg.matrix_rank(np.vstack([dense, unit[i]])) == rank]
    assert solution.fixed().tolist() == expected
    for unknown in expected:
        derivation = solution.derivation(unknown)
        combined = sum(float(factor) * dense[row] for row, factor in derivation.items())
        assert np.allclose(combined, unit[unknown])


@pytest.mark.parametrize(
    ("matrix", "total", "expected"),
    [
        ([[1, 1]], [2], [(1, 1), (1, 1)]),
        ([[1, 1]], [5], [(1, 4), (1, 4)]),
        ([[1, -1]], [0], [(1, np.inf), (1, np.inf)]),
        ([[1, 1, 0], [0, 1, 1]], [3, 7], [(1, 2), (1, 2), (5, 6)]),
    ],
)
def test_bounds(matrix: list[list[int]], total: list[int], expected: list[tuple[float, float]]) -> None:
    low, high = bounds(
        sparse.csr_matrix(np.array(matrix, dtype=float)), np.array(total, dtype=float), np.ones(len(matrix[0]))
    )
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == expected
