"""`make backfill`: a range of nights, in the order of their dates, through the Airflow that `make up` runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date

from doorstroom import airflow_env, warehouse
from doorstroom.settings import Settings, SettingsError

USAGE = "Gebruik: make backfill VAN=2021-01-28 TOT=2021-02-01 [DROP=…] [OPNIEUW=1], terwijl `make up` draait."


def command(van: str, tot: str, drop: str | None, *, again: bool) -> list[str]:
    """Return Airflow's own command for the nights from `van` up to and including `tot` (YYYY-MM-DD).

    Nights that a scheduled run or an earlier backfill did well are left alone unless `again`. Airflow reads a date as
    its midnight, and the night of the last date is planned after it: hence the times. Raises SettingsError for dates
    that are none or in the wrong order.
    """
    try:
        first, last = date.fromisoformat(van), date.fromisoformat(tot)
    except ValueError:
        raise SettingsError(USAGE) from None
    if first > last:
        message = f"VAN={van} ligt na TOT={tot}. {USAGE}"
        raise SettingsError(message)
    return [
        *("backfill", "create", "--dag-id", "nacht"),
        *("--from-date", f"{first}T00:00:00", "--to-date", f"{last}T23:59:59"),
        *("--max-active-runs", "1", "--reprocess-behavior", "completed" if again else "failed"),
        *(["--dag-run-conf", json.dumps({"drop": drop})] if drop else []),
    ]


def run(settings: Settings, van: str, tot: str, *, again: bool = False) -> int:
    """Queue the nights and return at once: 0, or Airflow's exit status when it refuses.

    Raises SettingsError for dates that are none, and when no `make up` runs that would work them off.
    """
    from extracts.drop import has_password  # noqa: PLC0415 - brings the libraries of SFTP and S3 with it

    # Airflow keeps and shows what a run was given; a drop with a password is known to `make up` from the settings.
    drop = settings.drop if settings.drop and not has_password(settings.drop) else None
    asked = command(van, tot, drop, again=again)
    if not airflow_env.is_running(settings):
        message = "Er draait geen Airflow dat de nachten kan uitvoeren; start `make up` en geef dit daarna opnieuw."
        raise SettingsError(message)
    with warehouse.running(settings):
        environment = {**os.environ, **airflow_env.environment(settings)}
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *asked], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        sys.stderr.write(f"{done.stdout}{done.stderr}")
        return done.returncode
    sys.stderr.write(
        f"De nachten van {van} tot en met {tot} staan klaar en worden één voor één uitgevoerd, de oudste eerst. "
        "Volg ze in Airflow bij DAG `nacht`.\n"
    )
    return 0
