"""Airflow DAG `publicatie`: the marts become publishable, and the quality reports are written.

`publiceer` fills schema `publicatie` with the disclosure-safe figures every BI tool reads, and keeps the marts as
published in schema `vintage`; `rapporteer` writes the
quality reports. Starts when the marts are built and tested, never before.
"""

# ruff: noqa: PLC0415 - nothing heavy while Airflow parses this file
from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from doorstroom.run import TechnicalFailureError
from doorstroom.wiring import DAG_DEFAULTS, MARTS, PUBLICATIE, TASK_DEFAULTS


@dag(schedule=[MARTS], doc_md=__doc__, tags=["doorstroom"], default_args=TASK_DEFAULTS, **DAG_DEFAULTS)
def publicatie() -> None:
    """Publish, then report."""

    @task(outlets=[PUBLICATIE])
    def publiceer() -> dict[str, Any]:
        from publication.night import publish_night

        return publish_night()

    # A report is wanted most of all when publishing failed.
    @task(trigger_rule="all_done")
    def rapporteer() -> list[str]:
        from reports.quality import write_reports

        return [path.name for path in write_reports()]

    @task(trigger_rule="one_failed", retries=0)
    def storingen() -> None:
        message = "er is niet gepubliceerd of geen rapport geschreven; zie de mislukte taken hierboven"
        raise TechnicalFailureError(message)

    published = publiceer()
    report = rapporteer()
    published >> report
    [published, report] >> storingen()


publicatie()
