"""Airflow's whole configuration, as environment variables, in one place.

`make nightly`, `make up` and the tests run the same DAGs with the same configuration; nothing is written to an
`airflow.cfg` that could say something else. Nothing calls home, and nothing is written outside the state folder.
"""

# ruff: noqa: PLC0415 - Airflow may be imported only after its configuration stands
from __future__ import annotations

import base64
import contextlib
import fcntl
import os
import secrets
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from doorstroom import warehouse
from doorstroom.run import POOL
from doorstroom.settings import REPOSITORY, Settings, SettingsError

DAGS = REPOSITORY / "dags"
DBT_PROJECT = REPOSITORY / "dbt_project"

#: Tasks that use the warehouse at the same time; more only makes them wait for each other on a small machine.
WAREHOUSE_SLOTS = 4

TELEMETRY_OFF = {
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "False",
    "SCARF_ANALYTICS": "False",
    "SCARF_NO_ANALYTICS": "True",
}


def dbt_target(settings: Settings) -> Path:
    """Return the folder of dbt's artefacts; the manifest Cosmos reads is `manifest.json` in it."""
    return settings.state / "dbt" / "target"


def environment(settings: Settings) -> dict[str, str]:
    """Return every variable Airflow, Cosmos, dbt and our own tasks need; starts the databases if need be.

    Raises WarehouseError when a database cannot be reached.
    """
    home = settings.state / "airflow"
    metadata = warehouse.airflow_url(settings)
    user_home = os.environ.get("HOME", "")
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": warehouse.TIMEZONE,
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__FERNET_KEY": _secret(home / "fernet.key"),
        "AIRFLOW__API__SECRET_KEY": _secret(home / "api.key"),
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(home / "jwt.key"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": warehouse.sqlalchemy_url(metadata),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": warehouse.sqlalchemy_url(metadata, "asyncpg"),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(home / "logs" / "dag_processor"),
        # The example DAGs of a first look are off; so are the warnings about one's own keys in every task log.
        "AIRFLOW__COSMOS__CACHE_DIR": str(home / "cosmos"),
        "AIRFLOW__COSMOS__ENABLE_CACHE": "False",
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_TARGET_PATH": str(dbt_target(settings)),
        "DBT_LOG_PATH": str(settings.state / "dbt" / "logs"),
        # Programs that insist on a home folder get one of ours when there is none.
        "HOME": user_home or str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": str(REPOSITORY),
        "DOORSTROOM_SINDS": _since(home / "sinds"),
        **TELEMETRY_OFF,
        **warehouse.dbt_environment(warehouse.ensure_running(settings)),
        **_own_variables(settings),
    }


def _own_variables(settings: Settings) -> dict[str, str]:
    """Return our own settings for the tasks, wherever they came from (`.env` or the environment)."""
    known = {
        "DOORSTROOM_WAREHOUSE": settings.warehouse,
        "DOORSTROOM_DROP": settings.drop,
        "DOORSTROOM_STATE": str(settings.state),
        "DOORSTROOM_AIRFLOW_DB": settings.airflow_db,
        "DOORSTROOM_BEWAARTERMIJN": str(settings.bewaartermijn),
        "DOORSTROOM_PSEUDONYM_KEY": settings.key.get_secret_value() if settings.key else None,
    }
    return {name: value for name, value in known.items() if value}


def apply(settings: Settings) -> None:
    """Put the configuration into this process; to be called before anything of Airflow is imported."""
    os.environ.update(environment(settings))


def migrate() -> None:
    """Bring Airflow's administration to this version, with the pool our tasks run in; quick when it is up to date."""
    from airflow.models.pool import Pool
    from airflow.utils.db import upgradedb

    upgradedb()
    Pool.create_or_update_pool(POOL, WAREHOUSE_SLOTS, "taken die in het warehouse werken", include_deferred=False)


def forget_asset_events() -> None:
    """Take back what a finished night asked the scheduler to start: it has been done already."""
    from airflow.models.asset import AssetDagRunQueue
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    with create_session() as session:
        session.execute(delete(AssetDagRunQueue))


def forget_broken_night() -> int:
    """Fail the runs of a `make nightly` that was killed, and forget what they asked for; returns how many there were.

    A scheduler would go on with them, beside the next night. To be called by who is `alone`: then nobody works on them.
    """
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState, State, TaskInstanceState
    from airflow.utils.types import DagRunTriggeredByType
    from sqlalchemy import select

    with create_session() as session:
        runs = session.scalars(
            select(DagRun).where(
                DagRun.triggered_by == DagRunTriggeredByType.TEST,
                DagRun.state.in_((DagRunState.QUEUED, DagRunState.RUNNING)),
            )
        ).all()
        for run in runs:
            for instance in session.scalars(
                select(TaskInstance).where(TaskInstance.dag_id == run.dag_id, TaskInstance.run_id == run.run_id)
            ):
                if instance.state not in State.finished:
                    instance.state = TaskInstanceState.FAILED
            run.set_state(DagRunState.FAILED)
    if runs:
        forget_asset_events()
    return len(runs)


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Be the only one that runs DAGs on this state: a scheduler would run the tasks of a night a second time.

    Raises SettingsError when `make up` or another `make nightly` is at it.
    """
    path = settings.state / "airflow" / "running.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = (
                f"Op {settings.state} draait al een nacht of Airflow. Draait `make up`: start daar de DAG `nacht`. "
                "Wacht anders tot die nacht klaar is."
            )
            raise SettingsError(message) from None
        yield


def is_running(settings: Settings) -> bool:
    """Whether `make up` or a `make nightly` is at work on this state."""
    try:
        with alone(settings):
            return False
    except SettingsError:
        return True


def _secret(path: Path) -> str:
    """Return the key in `path`: sessions and stored connections survive a restart."""
    return _once(path, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"))


def _since(path: Path) -> str:
    """Return when Airflow was set up on this state, as `path` tells."""
    return _once(path, datetime.now(ZoneInfo(warehouse.TIMEZONE)).isoformat(timespec="seconds"))


def _once(path: Path, text: str) -> str:
    """Return what is in `path` (mode 0600); the first time that is this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(text)
        draft.replace(path)
    return path.read_text(encoding="ascii").strip()
