"""Airflow DAG `nacht`: every night at 02:00 it opens the night and starts the four extractions.

A night that is started while another is still being worked on waits for it: `wacht_op_vorige`. The rest follows
by itself: `marts` runs when all four kinds of suppliers are done, `publicatie` when the marts are. The run ends when
the night does, and is red when something in it failed: `wacht_op_einde`.
Started by hand it does the same as `make nightly`, for the date and the drop of the form. A backfill runs the nights of
its dates one by one, earliest first: `make backfill`.
With `kennis_op` it takes nothing in: it builds all marts as they were known at that moment, beside the live ones.
"""

# ruff: noqa: PLC0415 - nothing heavy while Airflow parses this file
from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import CronTriggerTimetable, Param, PokeReturnValue, dag, get_current_context, task

from doorstroom.run import SOORTEN
from doorstroom.wiring import DAG_DEFAULTS, TASK_DEFAULTS


@dag(
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Europe/Amsterdam"),
    doc_md=__doc__,
    tags=["doorstroom"],
    default_args=TASK_DEFAULTS,
    params={
        "datum": Param(
            default=None,
            type=["null", "string"],
            format="date",
            title="Datum van de nacht",
            description_md="Bestanden met een leverdatum tot en met deze datum worden ingelezen. Leeg: de dag waarvoor "
            "een geplande run of backfill gepland is; met de hand vandaag, en voor de demoregio haar laatste nacht.",
        ),
        "drop": Param(
            default=None,
            type=["null", "string"],
            title="Drop",
            description_md="Map, `sftp://…` of `s3://…` waar de leveringen staan. Leeg: `DOORSTROOM_DROP`, en is die "
            "er niet, de demoregio. Zet geen wachtwoord in dit veld; dat hoort in de omgeving.",
        ),
        "kennis_op": Param(
            default=None,
            type=["null", "string"],
            title="Kennis op",
            description_md="Een tijdstip zoals `2020-07-01T06:00`: bouwt alle marts zoals ze toen waren, in eigen "
            "schema's naast de gewone, en neemt niets in.",
        ),
    },
    **DAG_DEFAULTS,
)
def nacht() -> None:
    """Open the night, then start the extractions; or build what was known at a moment."""

    @task.branch
    def keuze() -> str:
        return "zoals_bekend" if get_current_context()["params"]["kennis_op"] else "wacht_op_vorige"

    @task
    def zoals_bekend() -> dict[str, Any]:
        from doorstroom.kennis import rebuild

        return rebuild(get_current_context()["params"]["kennis_op"])

    @task.sensor(mode="reschedule", poke_interval=30, timeout=12 * 3600)
    def wacht_op_vorige() -> PokeReturnValue:
        from doorstroom.turns import take

        counts = take(get_current_context()["ti"])
        return PokeReturnValue(is_done=counts is not None, xcom_value=counts)

    @task
    def begin() -> dict[str, Any]:
        from doorstroom.night import open_planned_night

        context = get_current_context()
        run = context["dag_run"]
        return open_planned_night(run.run_type, run.logical_date, context["params"]["datum"], context["params"]["drop"])

    @task.sensor(mode="reschedule", poke_interval=30, timeout=12 * 3600)
    def wacht_op_einde(counts: dict[str, dict[str, int]]) -> bool:
        from doorstroom.turns import is_over

        return is_over(get_current_context()["ti"], counts)

    waited, opened = wacht_op_vorige(), begin()
    ended = wacht_op_einde(waited)
    keuze() >> [zoals_bekend(), waited]
    waited >> opened
    for soort in SOORTEN:
        start = TriggerDagRunOperator(
            task_id=f"start_extractie_{soort}",
            trigger_dag_id=f"extractie_{soort}",
            # The extraction runs on its own clock: two nights of the same date are two runs.
            logical_date=None,
            pool="default_pool",
        )
        opened >> start >> ended


nacht()
