"""Nights one at a time: who may begin, when a night is over, and for which date a run of Airflow is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from doorstroom import backfill, night, turns
from doorstroom.run import AFTER_NACHT, SOORTEN, TechnicalFailureError
from doorstroom.settings import DEMO_DROP, SettingsError


class Airflow:
    """Runs there are: (DAG, run, state, day it was planned for)."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, str], tuple[str, int]] = {}

    def add(self, dag_id: str, run_id: str, state: str, day: int = 0) -> None:
        self.runs[dag_id, run_id] = (state, day)

    def night(self, number: int, **states: str) -> None:
        for name in AFTER_NACHT:
            self.add(name, f"{number}", states.get(name, "success"))


class Run:
    """A run of `nacht` that asks."""

    dag_id = "nacht"

    def __init__(self, airflow: Airflow, run_id: str, day: int = 0) -> None:
        self.airflow, self.run_id, self.day = airflow, run_id, day
        airflow.add("nacht", run_id, "running", day)

    def get_dr_count(self, dag_id: str, *, run_ids: list[str] | None = None, states: list[str] | None = None) -> int:
        return sum(
            name == dag_id and (not run_ids or run in run_ids) and (not states or state in states)
            for (name, run), (state, _) in self.airflow.runs.items()
        )

    def get_previous_dagrun(self, state: str | None = None) -> Any:
        earlier = [
            run
            for (name, run), (was, day) in self.airflow.runs.items()
            if (name, was) == ("nacht", state) and day < self.day
        ]
        return earlier[0] if earlier else None


@pytest.mark.usefixtures("warehouse")
def test_of_nights_that_ask_at_once_one_begins_and_the_next_waits_until_its_run_has_ended() -> None:
    airflow = Airflow()
    runs = [Run(airflow, f"run{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(turns.take, runs))
    (first,) = [run for run, counts in zip(runs, got, strict=True) if counts]
    others = [run for run in runs if run is not first]
    assert not any(turns.take(run) for run in others)
    assert turns.take(first), "a run that is tried again still has its turn"
    airflow.add("nacht", first.run_id, "failed")
    assert turns.take(others[0])
    assert not turns.take(others[1])


@pytest.mark.usefixtures("warehouse")
def test_an_earlier_date_goes_first_and_nobody_begins_while_anything_of_a_night_runs() -> None:
    airflow = Airflow()
    later, earlier = Run(airflow, "later", day=2), Run(airflow, "earlier", day=1)
    assert not turns.take(later)
    for name in AFTER_NACHT:
        for state in ("queued", "running"):
            airflow.add(name, "by hand", state)
            assert not turns.take(earlier), (name, state)
        airflow.add(name, "by hand", "failed")
    assert turns.take(earlier)
    airflow.add("nacht", "earlier", "success", day=1)
    assert turns.take(later)


@pytest.mark.usefixtures("warehouse")
def test_nights_that_are_run_again_do_not_wait_for_the_turn_they_had() -> None:
    airflow = Airflow()
    first, last = Run(airflow, "first", day=1), Run(airflow, "last", day=2)
    for run in (first, last):
        assert turns.take(run)
        airflow.add("nacht", run.run_id, "failed", run.day)
    # Cleared, the last one still queued: it has not begun.
    airflow.add("nacht", "first", "running", day=1)
    airflow.add("nacht", "last", "queued", day=2)
    assert turns.take(first)
    # Cleared, both running: the last one waits for the first, and not the other way around.
    airflow.add("nacht", "first", "failed", day=1)
    airflow.add("nacht", "last", "running", day=2)
    assert turns.take(last)
    airflow.add("nacht", "first", "running", day=1)
    assert not turns.take(last)
    assert turns.take(first)


@pytest.mark.usefixtures("warehouse")
def test_a_night_is_over_when_every_dag_has_run_also_when_none_of_them_has_a_run_for_a_moment() -> None:
    airflow = Airflow()
    airflow.night(1)
    run = Run(airflow, "tonight")
    counts = turns.take(run)
    assert counts is not None
    assert counts["marts"] == {"ended": 1, "well": 1}
    for name in AFTER_NACHT:
        assert not turns.is_over(run, counts), f"{name} has not been started yet"
        for state in ("queued", "running"):
            airflow.add(name, "2", state)
            assert not turns.is_over(run, counts), (name, state)
        airflow.add(name, "2", "success")
    assert turns.is_over(run, counts)


@pytest.mark.usefixtures("warehouse")
def test_a_night_that_failed_is_over_and_red() -> None:
    airflow = Airflow()
    run = Run(airflow, "tonight")
    counts = turns.take(run)
    assert counts is not None
    airflow.night(1, extractie_sdd="failed", publicatie="running")
    assert not turns.is_over(run, counts)
    airflow.add("publicatie", "1", "success")
    with pytest.raises(TechnicalFailureError, match="extractie_sdd"):
        turns.is_over(run, counts)
    airflow.add("marts", "1", "failed")
    del airflow.runs["publicatie", "1"]
    with pytest.raises(TechnicalFailureError, match="extractie_sdd, marts"):
        turns.is_over(run, counts)


def test_marts_started_too_early_by_a_leftover_event_wait_for_the_extractions() -> None:
    airflow = Airflow()
    run = Run(airflow, "marts")
    for soort in SOORTEN:
        airflow.add(f"extractie_{soort}", "1", "running")
        assert not turns.extractions_done(run, "asset_triggered")
        assert turns.extractions_done(run, "manual"), "who starts the marts by hand means now"
        airflow.add(f"extractie_{soort}", "1", "failed")
    assert turns.extractions_done(run, "asset_triggered")


@pytest.mark.parametrize(
    ("run_type", "drop", "datum", "expected"),
    [
        ("backfill", "/drop", None, "2020-03-30"),
        ("backfill", str(DEMO_DROP), None, "2020-03-30"),
        ("scheduled", "/drop", None, "2020-03-30"),
        ("scheduled", str(DEMO_DROP), None, None),
        ("manual", "/drop", None, None),
        ("backfill", "/drop", "2019-01-01", "2019-01-01"),
    ],
)
def test_a_run_of_airflow_is_the_night_it_was_planned_for(
    monkeypatch: pytest.MonkeyPatch, run_type: str, drop: str, datum: str | None, expected: str | None
) -> None:
    monkeypatch.setattr(night, "open_night", lambda datum, drop: {"datum": datum, "drop": drop})
    planned = datetime(2020, 3, 29, 22, 30, tzinfo=UTC)  # half past midnight, and the next day, in the Netherlands
    assert night.open_planned_night(run_type, planned, datum, drop) == {"datum": expected, "drop": drop}


def test_a_backfill_covers_both_dates_and_goes_one_by_one() -> None:
    asked = backfill.command("2020-01-30", "2020-02-02", "/drop", again=False)
    assert asked[asked.index("--from-date") + 1] == "2020-01-30T00:00:00"
    assert asked[asked.index("--to-date") + 1] == "2020-02-02T23:59:59"
    assert asked[asked.index("--max-active-runs") + 1] == "1"
    assert asked[-1] == '{"drop": "/drop"}'
    for van, tot in (("2020-02-02", "2020-02-01"), ("gisteren", "2020-02-01"), ("2020-02-01", "")):
        with pytest.raises(SettingsError, match="make backfill"):
            backfill.command(van, tot, None, again=False)
