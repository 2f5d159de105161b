"""Airflow DAG `weekrapport`: every Monday at 07:00 the quality reports go to the coordinators and the suppliers.

One task per recipient: what fails for one is red there and keeps nobody else waiting, and a run that is tried again
sends nothing twice. Started by hand it does the same as `make rapport`; with `proef` nothing is sent.
"""

# ruff: noqa: PLC0415 - nothing heavy while Airflow parses this file
from __future__ import annotations

from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task

from doorstroom.run import TechnicalFailureError
from doorstroom.wiring import DAG_DEFAULTS, TASK_DEFAULTS


@dag(
    schedule=CronTriggerTimetable("0 7 * * 1", timezone="Europe/Amsterdam"),
    doc_md=__doc__,
    tags=["doorstroom"],
    default_args=TASK_DEFAULTS,
    params={
        "proef": Param(
            default=False,
            type="boolean",
            title="Proef",
            description_md="Maakt alle rapporten en toont wie wat zou krijgen, en verzendt niets.",
        ),
        "week": Param(
            default=None,
            type=["null", "string"],
            format="date",
            title="Week",
            description_md="Een dag van de week van het rapport. Leeg: de week van de geplande run, en met de hand "
            "gestart die van de laatste nacht.",
        ),
        "opnieuw": Param(
            default=False,
            type="boolean",
            title="Opnieuw",
            description_md="Verzendt ook wat voor deze week al is verzonden.",
        ),
    },
    **DAG_DEFAULTS,
)
def weekrapport() -> None:
    """List who gets a report, then send to each."""

    @task
    def ontvangers() -> list[dict[str, str]]:
        from reports.weekly import plan, week_of

        context = get_current_context()
        planned = context["dag_run"].run_type == "scheduled"
        return plan(week_of(context["params"]["week"], context["dag_run"].run_after if planned else None))

    @task(map_index_template="{{ ontvanger }}")
    def verstuur(unit: dict[str, str]) -> dict[str, Any]:
        from reports.weekly import deliver

        context = get_current_context()
        context["ontvanger"] = unit["code"]  # type: ignore[typeddict-unknown-key]
        params = context["params"]
        return deliver(**unit, proef=params["proef"], opnieuw=params["opnieuw"])

    @task(trigger_rule="one_failed", retries=0)
    def storingen() -> None:
        message = "niet iedereen heeft het weekrapport gekregen; zie de mislukte taken hierboven"
        raise TechnicalFailureError(message)

    recipients = ontvangers()
    sent = verstuur.expand(unit=recipients)
    [recipients, sent] >> storingen()


weekrapport()
