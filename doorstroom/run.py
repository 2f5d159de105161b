"""What the DAGs and whoever runs them both know; imports nothing of Airflow."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Any

#: The kinds of suppliers of deliveries.md, in the order of the night.
SOORTEN = ("sdd", "vggm", "zorgaanbieders", "corporaties")

#: The DAGs that make up a night once `nacht` has opened it.
AFTER_NACHT = (*(f"extractie_{soort}" for soort in SOORTEN), "marts", "publicatie")

#: Slots in this Airflow pool are tasks at work in the warehouse at the same time.
POOL = "warehouse"


class TechnicalFailureError(Exception):
    """Something that should have worked did not; the failed tasks tell what."""


def who() -> str:
    """Return who gives a command here: the user of this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user of that number
        return "onbekend"


@dataclass(frozen=True)
class Failure:
    """A task that failed for good, and why in a few words."""

    task: str
    reason: str


#: Failures of tasks that ran in this process: `make nightly` shows them; under a scheduler nobody reads them.
FAILURES: list[Failure] = []


def remember_failure(context: Any) -> None:
    """Keep why a task failed (an Airflow `on_failure_callback`)."""
    instance, error = context["ti"], context.get("exception")
    if isinstance(error, TechnicalFailureError):
        return  # it only repeats what other tasks already told
    label = context.get("eenheid") or context.get("feed")
    FAILURES.append(Failure(f"{instance.task_id} [{label}]" if label else instance.task_id, str(error)))
