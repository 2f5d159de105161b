"""Airflow DAGs `extractie_<soort>`: one per kind of supplier, from the drop to judged raw rows.

1. `inventarisatie` looks what the drop holds for this kind and lists the units of work: one supplier and feed each.
2. `neem_in`, once per unit, takes new files into the ledger and the raw schema. A file that must be refused or held
   is no failure: the ledger says why, and the night goes on.
3. `feeds_te_beoordelen` lists the feeds with rows not judged yet; `beoordeel`, once per feed, runs its suites.
4. `klaar` tells the marts that this kind is done for the night, whatever happened to single units: what did not come
   in stays as it was. `storingen` fails when a unit failed, so that the run shows red and somebody looks.
"""

# ruff: noqa: PLC0415 - nothing heavy while Airflow parses this file
from __future__ import annotations

from typing import Any

from airflow.sdk import dag, get_current_context, task

from doorstroom.run import SOORTEN, TechnicalFailureError
from doorstroom.wiring import DAG_DEFAULTS, RAW, TASK_DEFAULTS


def extractie(soort: str) -> None:
    """Make the DAG of one kind of supplier."""

    @dag(
        dag_id=f"extractie_{soort}",
        schedule=None,  # `nacht` starts all four
        doc_md=__doc__,
        tags=["doorstroom", "extractie"],
        default_args=TASK_DEFAULTS,
        **DAG_DEFAULTS,
    )
    def extractie_dag() -> None:
        @task
        def inventarisatie() -> list[dict[str, Any]]:
            from extracts.take_in import work_units

            return work_units(soort)

        @task(map_index_template="{{ eenheid }}")
        def neem_in(unit: dict[str, Any]) -> dict[str, Any]:
            from extracts.take_in import take_in

            get_current_context()["eenheid"] = f"{unit['leverancier']} {unit['feed']}"
            return take_in(unit)

        @task(trigger_rule="all_done")
        def feeds_te_beoordelen() -> list[str]:
            from expectations.judge import feeds_to_judge

            return feeds_to_judge(soort)

        @task(map_index_template="{{ feed }}")
        def beoordeel(feed: str) -> dict[str, Any]:
            from expectations.judge import judge

            get_current_context()["feed"] = feed
            return judge(feed)

        @task(outlets=[RAW[soort]], trigger_rule="all_done")
        def klaar() -> None:
            """Tell the marts that this kind of supplier is done."""

        @task(trigger_rule="one_failed", retries=0)
        def storingen() -> None:
            message = "niet alles is ingelezen of beoordeeld; zie de mislukte taken hierboven"
            raise TechnicalFailureError(message)

        taken = neem_in.expand(unit=inventarisatie())
        feeds = feeds_te_beoordelen()
        judged = beoordeel.expand(feed=feeds)
        taken >> feeds
        judged >> klaar()
        [taken, feeds, judged] >> storingen()

    extractie_dag()


for kind in SOORTEN:
    extractie(kind)
