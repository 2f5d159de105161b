"""Airflow DAG `nacht`: every night at 02:00 it opens the night and starts the four extractions.

A night that is started while another is still being worked on waits for it: `wacht_op_vorige`. The rest follows
by itself: `marts` runs when all four kinds of suppliers are done, `publicatie` when the marts are.
Started by hand it does the same as `make nightly`, for the date and the drop of the form.
With `kennis_op` it takes nothing in: it builds all marts as they were known at that moment, beside the live ones.
"""

# ruff: noqa: PLC0415 - nothing heavy while Airflow parses this file
from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task

from doorstroom.run import AFTER_NACHT, SOORTEN
from doorstroom.wiring import DAG_DEFAULTS, TASK_DEFAULTS


@dag(
    # A first start in the small hours is no reason to run a night at once.
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Europe/Amsterdam", run_immediately=False),
    doc_md=__doc__,
    tags=["doorstroom"],
    default_args=TASK_DEFAULTS,
    params={
        "datum": Param(
            default=None,
            type=["null", "string"],
            format="date",
            title="Datum van de nacht",
            description_md="Bestanden met een leverdatum tot en met deze datum worden ingelezen. Leeg: vandaag, en "
            "voor de demoregio haar laatste nacht.",
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

    @task.sensor(mode="reschedule", poke_interval=60, timeout=12 * 3600)
    def wacht_op_vorige() -> bool:
        count = get_current_context()["ti"].get_dr_count
        return not any(count(dag_id=name, states=["queued", "running"]) for name in AFTER_NACHT)

    @task
    def begin() -> dict[str, Any]:
        from doorstroom.night import open_night

        params = get_current_context()["params"]
        return open_night(params["datum"], params["drop"])

    waited, opened = wacht_op_vorige(), begin()
    keuze() >> [zoals_bekend(), waited]
    waited >> opened
    for soort in SOORTEN:
        opened >> TriggerDagRunOperator(
            task_id=f"start_extractie_{soort}",
            trigger_dag_id=f"extractie_{soort}",
            # The extraction runs on its own clock: two nights of the same date are two runs.
            logical_date=None,
            pool="default_pool",
        )


nacht()
