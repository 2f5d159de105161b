"""An alarm is about what many rows say: 1 of 3 is no 33%."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from expectations.drempel import alarm, drempel_voor, ondergrens
from extracts.suppliers import load_suppliers


@pytest.mark.parametrize(
    ("bevindingen", "rijen", "verwacht"),
    [
        *((0, 0, False), (0, 100, False), (1, 1, False), (1, 3, False), (5, 100, False), (3, 30, False)),
        *((50, 1000, False), (10, 100, True), (3, 3, True), (6, 30, True), (70, 1000, True)),
    ],
)
def test_an_alarm_needs_more_than_a_share_of_few_rows(bevindingen: int, rijen: int, verwacht: bool) -> None:
    assert alarm(bevindingen, rijen, 0.05) is verwacht


def test_the_same_share_alarms_with_enough_rows() -> None:
    """7% against a threshold of 5%: with 100 rows that may be chance, with 1,000 it is not."""
    assert [alarm(7 * n, 100 * n, 0.05) for n in (1, 2, 10)] == [False, False, True]


@given(data=st.data(), rijen=st.integers(1, 5000))
def test_the_bound_is_wilson_s(data: st.DataObject, rijen: int) -> None:
    bevindingen = data.draw(st.integers(0, rijen))
    scipy = binomtest(bevindingen, rijen, alternative="greater").proportion_ci(0.95, method="wilson").low
    assert ondergrens(bevindingen, rijen) == pytest.approx(scipy, abs=1e-9)


@pytest.mark.parametrize(("bevindingen", "rijen"), [(2, 1), (-1, 3)])
def test_more_broken_rows_than_rows_is_an_error(bevindingen: int, rijen: int) -> None:
    with pytest.raises(ValueError, match="kan niet"):
        alarm(bevindingen, rijen)


def test_a_rule_s_own_threshold_goes_before_the_supplier_s() -> None:
    sdd = load_suppliers()["sdd"]
    assert drempel_voor(0.2, sdd) == 0.2
    assert drempel_voor(None, sdd) == sdd.drempel == 0.05
    assert drempel_voor(None, None) == 0.05
