"""The life cycle over many nights: three planted weeks through the whole gate, and random nights against an oracle."""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations import dossier, scores, standing
from expectations.dossier import accepteren, bijwerken
from expectations.judge import feeds_to_judge, judge
from extracts import ledger
from extracts.take_in import begin_night, take_in, work_units
from reports import findings
from reports.findings import Moments, Scope
from tests.expectations.test_dossier import without_great_expectations
from tests.expectations.three_weeks import SUPPLIERS, History, days

MONDAY = date(2021, 2, 1)


def run_night(day: date, drop: Path) -> None:
    begin_night(day, str(drop))
    for kind in ("sdd", "vggm", "zorgaanbieders"):
        for unit in work_units(kind):
            take_in(unit)
    for feed in feeds_to_judge():
        judge(feed)
    bijwerken()


@pytest.mark.parametrize("seed", [2021])
def test_three_weeks_in_which_suppliers_mend_and_break(
    warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Every night's and every weekly report's counts of new, fixed and returned are the planted ones."""
    without_great_expectations(monkeypatch)
    drop = tmp_path / "drop"
    drop.mkdir()
    monkeypatch.setenv("DOORSTROOM_DROP", str(drop))
    history = History(drop, random.Random(seed))
    three_weeks = days(MONDAY, 21)
    scope = Scope.of(SUPPLIERS.values())
    for day in three_weeks:
        history.night(day, first=day == MONDAY)
        run_night(day, drop)
        if day.weekday() == 6:
            before = day - timedelta(days=7)
            moments = Moments(day, before if before in history.nights else None)
            with psycopg.connect(warehouse) as connection:
                told = findings.totals(connection, scope, moments)
            expected = history.between(day, moments.voor)
            with psycopg.connect(warehouse) as connection:
                stand = set(connection.execute("select distinct regel_id, leverancier, record from kwaliteit.melding"))
            assert stand == history.nights[day]
            assert {name: told[name] for name in expected} == expected, day
    with psycopg.connect(warehouse) as connection:
        steps = connection.execute(
            "select nacht, naar, regel_id, leverancier, record from kwaliteit.dossier_verloop "
            "join kwaliteit.dossier using (dossier_id) where naar <> 'open'"
        ).fetchall()
    total = dict.fromkeys(("nieuw", "opgelost", "teruggekeerd"), 0)
    for day in three_weeks:
        for status, expected in history.changes(day).items():
            found = [tuple(finding) for night, naar, *finding in steps if (night, naar) == (day, status)]
            assert len(found) == len(expected), (day, status)
            assert set(found) == expected, (day, status)
            total[status] += len(expected)
    assert all(count > 20 for count in total.values()), f"too little happened to prove anything: {total}"


# --- random nights against an oracle --------------------------------------------------------------------------------


@dataclass
class State:
    """A finding as the oracle knows it."""

    status: str
    eerst: date
    laatst: date
    opgelost: date | None = None
    teruggekeerd: date | None = None
    keren: int = 0
    tot: date | None = None

    def values(self) -> tuple[Any, ...]:
        return (*(self.status, self.eerst, self.laatst, self.opgelost, self.teruggekeerd, self.keren, self.tot),)


class Oracle:
    """The life cycle in plain words, finding by finding; a night that runs again begins where it began."""

    def __init__(self) -> None:
        self.night: date | None = None
        self.before: dict[str, State] = {}
        self.now: dict[str, State] = {}

    def run(self, night: date, found: set[str]) -> None:
        if night == self.night:
            self.now = copy.deepcopy(self.before)
        else:
            self.before, self.night = copy.deepcopy(self.now), night
        for key in found - set(self.now):
            self.now[key] = State("nieuw", night, night)
        for key, state in self.now.items():
            if key not in self.before:
                continue
            if key in found:
                state.laatst = night
                if state.status == "opgelost":
                    state.status, state.opgelost = "teruggekeerd", None
                    state.teruggekeerd, state.keren = night, state.keren + 1
                elif state.status == "geaccepteerd":
                    if state.tot is not None and state.tot < night:
                        state.status, state.tot = "open", None
                else:
                    state.status = "open"
            elif state.status != "opgelost":
                state.status, state.opgelost, state.tot = "opgelost", night, None

    def accept(self, key: str, until: date) -> bool:
        state = self.now.get(key)
        if state is None or state.status == "opgelost" or self.night is None or until < self.night:
            return False
        state.status, state.tot = "geaccepteerd", until
        self.before[key] = copy.deepcopy(state)
        return True


KEYS = [f"sleutel{number}" for number in range(4)]
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("nacht"), st.integers(1, 3), st.sets(st.sampled_from(KEYS))),
        st.tuples(st.just("opnieuw"), st.just(0), st.sets(st.sampled_from(KEYS))),
        st.tuples(st.just("accepteren"), st.integers(-1, 4), st.sampled_from(KEYS)),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def empty(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A warehouse whose findings are those the test puts in; what stands and what it scores is tested elsewhere."""
    monkeypatch.setattr(scores, "update", lambda *_: None)
    with psycopg.connect(warehouse) as connection:
        ledger.prepare(connection)
    return warehouse


@given(events=EVENTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_nights_bring_the_life_cycle_is_the_oracle_s(
    empty: str, monkeypatch: pytest.MonkeyPatch, events: list[tuple[str, int, Any]]
) -> None:
    found: set[str] = set()

    def fill(connection: psycopg.Connection) -> int:
        connection.execute("truncate kwaliteit.melding")
        connection.execute(
            "insert into kwaliteit.melding (sleutel, regel_id, leverancier, feed) "
            "select unnest(%s::text[]), 'sdd_indicaties.besluit.onbekende_code', 'sdd', 'sdd_indicaties'",
            [sorted(found)],
        )
        return len(found)

    monkeypatch.setattr(standing, "fill", fill)
    oracle, night = Oracle(), MONDAY
    with psycopg.connect(empty, autocommit=True) as connection:
        if standing.exists(connection, "kwaliteit.dossier"):
            for table in ("dossier_verloop", "dossier", "dossier_vorige", "dossier_nacht"):
                connection.execute(f"delete from kwaliteit.{table}")
        for kind, number, what in [("nacht", 1, {KEYS[0]}), *events]:
            if kind == "accepteren":
                until = night + timedelta(days=number)
                if oracle.accept(what, until):
                    accepteren(what, "bekend", until, "an")
                else:
                    with pytest.raises(dossier.DossierError):
                        accepteren(what, "bekend", until, "an")
            else:
                night += timedelta(days=number)
                found = what
                ledger.begin(connection, night, "drop", "kenmerk")
                bijwerken()
                oracle.run(night, what)
            rows = connection.execute(
                "select sleutel, status, eerst_gezien, laatst_gezien, opgelost_op, teruggekeerd_op, keren, "
                "geaccepteerd_tot from kwaliteit.dossier"
            ).fetchall()
            assert {key: values for key, *values in rows} == {
                key: list(state.values()) for key, state in oracle.now.items()
            }
            # The story of every finding is whole: it begins with nothing, each step where the one before it ended.
            story: dict[int, str | None] = {}
            for dossier_id, van, naar in connection.execute(
                "select dossier_id, van, naar from kwaliteit.dossier_verloop order by dossier_id, nacht, op"
            ):
                assert story.get(dossier_id) == van
                story[dossier_id] = naar
            assert story == dict(connection.execute("select dossier_id, status from kwaliteit.dossier").fetchall())
