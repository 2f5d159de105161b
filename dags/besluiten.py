"""Airflow DAGs `vrijgeven`, `afwijzen` and `accepteren`: what a person decides, from the form of the Trigger button.

The same as `make vrijgeven`, `make afwijzen` and `make accepteren`: release or reject a file that the volume guard
holds, accept a finding until a date. Who decided, when and why is kept in `levering.besluiten`; it counts from the next
night on. A mistake in the form fails the run, and its message says what to do.
"""

# ruff: noqa: PLC0415 - nothing heavy while Airflow parses this file
from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from doorstroom.wiring import DAG_DEFAULTS, TASK_DEFAULTS

BESTAND = Param(
    type="string",
    minLength=1,
    title="Bestand",
    description_md="Pad binnen de drop, zoals in `levering.bestanden` en in het rapport.",
)
SLEUTEL = Param(
    type="string",
    minLength=1,
    title="Sleutel",
    description_md="Sleutel van de bevinding, zoals in `kwaliteit.dossier` en in de lijst bij het rapport.",
)
TOT = Param(
    type="string",
    format="date",
    title="Tot en met",
    description_md="Laatste dag waarop de acceptatie geldt; daarna is de bevinding weer open.",
)
REDEN = Param(type="string", minLength=1, title="Reden", description_md="Staat in het rapport; noem geen personen.")
TOELICHTING = Param(default=None, type=["null", "string"], title="Reden", description_md="Mag leeg blijven.")

SETTINGS: dict[str, Any] = {
    "doc_md": __doc__,
    "tags": ["doorstroom", "besluit"],
    "default_args": {**TASK_DEFAULTS, "retries": 0},
    **DAG_DEFAULTS,
}


def form() -> dict[str, Any]:
    """Return what was filled in, and by whom."""
    context = get_current_context()
    who = getattr(context["dag_run"], "triggering_user_name", None)
    return {**context["params"], "door": who or "airflow"}


@dag(dag_id="vrijgeven", params={"bestand": BESTAND, "reden": TOELICHTING}, schedule=None, **SETTINGS)
def vrijgeven() -> None:
    """Release a held file."""

    @task
    def geef_vrij() -> dict[str, Any]:
        from expectations.judge import release

        return release(**form())

    geef_vrij()


@dag(dag_id="afwijzen", params={"bestand": BESTAND, "reden": REDEN}, schedule=None, **SETTINGS)
def afwijzen() -> None:
    """Reject a held file."""

    @task
    def wijs_af() -> dict[str, Any]:
        from expectations.judge import reject

        return reject(**form())

    wijs_af()


@dag(dag_id="accepteren", params={"sleutel": SLEUTEL, "reden": REDEN, "tot": TOT}, schedule=None, **SETTINGS)
def accepteren() -> None:
    """Accept a finding."""

    @task
    def accepteer() -> dict[str, Any]:
        from expectations.dossier import accepteren

        return accepteren(**form())

    accepteer()


vrijgeven()
afwijzen()
accepteren()
