"""What the DAG files in `dags/` share: the assets that link them, and how their tasks behave."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule

from doorstroom.run import POOL, SOORTEN, remember_failure

RAW = {soort: Asset(name=f"raw_{soort}", uri=f"doorstroom://raw/{soort}") for soort in SOORTEN}
MARTS = Asset(name="marts", uri="doorstroom://warehouse/marts")
PUBLICATIE = Asset(name="publicatie", uri="doorstroom://warehouse/publicatie")

#: A connection may come back; an error in the data or in our code will be there again the next time.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[
                "psycopg.OperationalError",
                "sqlalchemy.exc.OperationalError",
                "builtins.ConnectionError",
                "builtins.TimeoutError",
            ],
            action=RetryAction.RETRY,
            retry_delay=timedelta(seconds=20),
            reason="de verbinding kan terugkomen",
        ),
    ],
    default=RetryAction.FAIL,
)

TASK_DEFAULTS = {
    "owner": "doorstroom",
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_policy": RETRY_POLICY,
    "pool": POOL,
    "on_failure_callback": remember_failure,
}

DAG_DEFAULTS = {
    # Airflow makes up for the last run its clock missed: not for one of before it was set up (airflow_env). A backfill
    # reaches further back.
    "start_date": datetime.fromisoformat(os.environ.get("DOORSTROOM_SINDS", "2015-01-01T00:00:00+01:00")),
    "catchup": False,
    "max_active_runs": 1,
}
