"""Typing, by properties: what is written as agreed comes back, what is not is NULL with a defect."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extracts.conversion import neutralise, to_date, to_integer, to_number, to_timestamp

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)).map(lambda m: m.replace(microsecond=0))  # noqa: DTZ001


@given(DAYS)
def test_dates_round_trip(day: date) -> None:
    assert to_date(day.isoformat(), "iso") == day.isoformat()
    assert to_date(day.strftime("%d-%m-%Y").zfill(10), "nl") == day.isoformat()
    assert to_date(day.isoformat(), "nl") is None
    assert to_date(day.strftime("%d-%m-%Y").zfill(10), "iso") is None


@given(MOMENTS)
def test_timestamps_round_trip(moment: datetime) -> None:
    text = moment.isoformat(" ")
    assert to_timestamp(text, "iso") == text
    assert to_timestamp(moment.isoformat("T"), "iso") == text
    assert to_timestamp(moment.strftime("%d-%m-%Y %H:%M:%S"), "nl") == text
    assert to_timestamp(moment.strftime("%d-%m-%YT%H:%M:%S"), "nl") is None


@given(st.text(max_size=12))
def test_any_text_gives_a_real_date_or_none(text: str) -> None:
    for form in ("iso", "nl"):
        result = to_date(text, form)
        assert result is None or date.fromisoformat(result).isoformat() == result


@pytest.mark.parametrize(
    "text",
    [
        "2018-02-30",
        "2018-13-01",
        "2018-1-1",
        "20180101",
        "2018-01-01T00:00",
        "1899-12-31",
        "9999-12-31",
        "٢٠١٨-٠١-٠١",
        "-",
    ],
)
def test_no_dates(text: str) -> None:
    assert to_date(text, "iso") is None


@pytest.mark.parametrize(
    "text", ["2018-01-01", "2018-01-01 24:00:00", "2018-01-01 1:00:00", "2018-01-01 10:00", "x" * 19]
)
def test_no_timestamps(text: str) -> None:
    assert to_timestamp(text, "iso") is None


@given(st.integers(-(2**40), 2**40))
def test_integers(number: int) -> None:
    assert to_integer(str(number)) == (str(number) if abs(number) < 2**31 else None)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_numbers(number: object) -> None:
    text = f"{number:f}"
    assert to_number(text, "iso") == text
    assert to_number(text.replace(".", ","), "nl") == text
    assert to_number(text, "nl") is None


@pytest.mark.parametrize("text", ["1.234,56", "1e5", "NaN", "inf", "1_000", "٣", "", ".5", "5.", "+5"])
def test_no_numbers(text: str) -> None:
    assert to_number(text, "iso") is None
    assert to_number(text, "nl") is None


@given(st.text(min_size=1, max_size=20).map(str.strip).filter(bool))
def test_no_text_is_left_that_a_spreadsheet_would_execute(text: str) -> None:
    safe = neutralise(text)
    assert not re.match(r"[=+@\t]|-[^\d.,]", safe)
    assert safe in {text, f"'{text}"}
