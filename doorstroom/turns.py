"""Nights one at a time, in the order of their dates, however their runs were queued.

Airflow keeps runs of one DAG apart with `max_active_runs`, but a backfill has a number of its own (ten, unless told
otherwise) beside it, and a night is more than the run of its DAG `nacht`: what that starts is linked by assets, and for
a moment between two of those DAGs none of them has a run. So `nacht` takes the turn here, and ends when its night does.
"""

from __future__ import annotations

from typing import Any, Protocol

from doorstroom.run import AFTER_NACHT, SOORTEN, TechnicalFailureError

GOING_ON = ["queued", "running"]
DONE = ["success", "failed"]

#: Per DAG of a night how many of its runs had ended, and how many well, when a night got its turn.
Counts = dict[str, dict[str, int]]

_DDL = """
create schema if not exists levering;
create table if not exists levering.beurt (
    uitvoering text not null,
    sinds timestamptz not null default now()
);
comment on table levering.beurt is 'Welke nacht in Airflow aan de beurt is: één rij, van de laatste die begon.';
comment on column levering.beurt.uitvoering is 'run_id van DAG nacht.';
comment on column levering.beurt.sinds is 'Wanneer die nacht de beurt kreeg.';
"""


class TaskInstance(Protocol):
    """What a task can ask Airflow about runs."""

    dag_id: str
    run_id: str

    def get_dr_count(self, dag_id: str, *, run_ids: list[str] | None = None, states: list[str] | None = None) -> int:
        """Count runs of a DAG."""

    def get_previous_dagrun(self, state: str | None = None) -> Any:
        """Return the run of this DAG with the latest earlier logical date, or None."""


def take(ti: TaskInstance) -> Counts | None:
    """Take the turn for the run of `nacht` that asks; returns what `is_over` wants to know later, None: not yet.

    A night waits for the one that has the turn, for any DAG of a night that somebody started by hand, and for
    running nights of an earlier date. Two that ask at once cannot both get it: the warehouse decides. Who asks begins
    anew, so a turn of the same run, from before it was cleared, is over.
    """
    from doorstroom.warehouse import connect  # noqa: PLC0415 - asked for while a task runs, not while a DAG is read

    waits = any(ti.get_dr_count(name, states=GOING_ON) for name in AFTER_NACHT) or ti.get_previous_dagrun("running")
    with connect() as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('beurt'), 0)")
        connection.execute(_DDL)
        connection.execute("delete from levering.beurt where uitvoering = %s", [ti.run_id])
        holder = connection.execute("select uitvoering from levering.beurt").fetchone()
        # A run that was cleared and queued again has not begun.
        if waits or (holder and ti.get_dr_count(ti.dag_id, run_ids=[holder[0]], states=["running"])):
            return None
        connection.execute("delete from levering.beurt")
        connection.execute("insert into levering.beurt (uitvoering) values (%s)", [ti.run_id])
    return {
        name: {"ended": ti.get_dr_count(name, states=DONE), "well": ti.get_dr_count(name, states=DONE[:1])}
        for name in AFTER_NACHT
    }


def is_over(ti: TaskInstance, before: Counts) -> bool:
    """Whether every DAG of the night that began with these counts has run, as far as the ones before it let it.

    `publicatie` is not waited for when `marts` failed. Raises TechnicalFailureError for a night that is over and
    did not go well.
    """
    if any(ti.get_dr_count(name, states=GOING_ON) for name in AFTER_NACHT):
        return False
    failed = []
    for name in AFTER_NACHT:
        if ti.get_dr_count(name, states=DONE) <= before[name]["ended"]:
            return False  # its run is about to be made
        if ti.get_dr_count(name, states=DONE[:1]) <= before[name]["well"]:
            failed.append(name)
            if name == "marts":
                break  # then nothing is published
    if failed:
        message = f"de nacht is niet helemaal gelukt; zie {', '.join(failed)}"
        raise TechnicalFailureError(message)
    return True


def extractions_done(ti: TaskInstance, run_type: str) -> bool:
    """Whether marts that were started by the assets of the extractions can be built.

    An extraction that somebody ran by hand leaves its event behind: the next night the marts then start when the other
    three are done. Who starts `marts` otherwise means now.
    """
    if run_type != "asset_triggered":
        return True
    return not any(ti.get_dr_count(f"extractie_{soort}", states=GOING_ON) for soort in SOORTEN)
