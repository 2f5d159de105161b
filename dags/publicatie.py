"""Airflow DAG `publicatie`: findings are followed up, the marts become publishable, the quality reports are written.

`werk_dossier_bij` brings the life cycle of every finding and the scores of the week up to date; `publiceer` fills
schema `publicatie` with the disclosure-safe figures every BI tool reads and keeps the marts as published in schema
`vintage`; `rapporteer` writes the quality reports and the page of each region. Starts when the marts are built and
tested, never before.
"""

# ruff: noqa: PLC0415 - nothing heavy while Airflow parses this file
from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from doorstroom.run import TechnicalFailureError
from doorstroom.wiring import DAG_DEFAULTS, MARTS, PUBLICATIE, TASK_DEFAULTS


@dag(schedule=[MARTS], doc_md=__doc__, tags=["doorstroom"], default_args=TASK_DEFAULTS, **DAG_DEFAULTS)
def publicatie() -> None:
    """Follow up, publish, then report."""

    @task
    def werk_dossier_bij() -> dict[str, Any]:
        from expectations.dossier import bijwerken

        return bijwerken()

    # The scores are published with the rest; last week's when tonight's could not be made.
    @task(outlets=[PUBLICATIE], trigger_rule="all_done")
    def publiceer() -> dict[str, Any]:
        from publication.night import publish_night

        return publish_night()

    # A report is wanted most of all when publishing failed.
    @task(trigger_rule="all_done")
    def rapporteer() -> list[str]:
        from reports.quality import write_reports
        from reports.regiopagina import write_region_pages

        return [f"{path.parent.name}/{path.name}" for path in [*write_reports(), *write_region_pages()]]

    @task(trigger_rule="one_failed", retries=0)
    def storingen() -> None:
        message = "er is niet gepubliceerd of geen rapport geschreven; zie de mislukte taken hierboven"
        raise TechnicalFailureError(message)

    followed = werk_dossier_bij()
    published = publiceer()
    report = rapporteer()
    followed >> published >> report
    [followed, published, report] >> storingen()


publicatie()
