"""Airflow reads its configuration at import: it is set before the first test imports anything of Airflow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from doorstroom import airflow_env, dbt_build
from doorstroom.settings import REPOSITORY, Settings
from doorstroom.warehouse import TIMEZONE


@pytest.fixture(scope="session")
def dags(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The DAGs as Airflow reads them, with a fresh dbt manifest; no database is needed for it."""
    state: Path = tmp_path_factory.mktemp("dags")
    settings = Settings(state=state)
    variables = {
        "AIRFLOW_HOME": str(state / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{state}/airflow.db",
        "DBT_PROFILES_DIR": str(airflow_env.DBT_PROJECT),
        "DBT_TARGET_PATH": str(airflow_env.dbt_target(settings)),
        "DBT_LOG_PATH": str(state / "dbt" / "logs"),
        "DOORSTROOM_SINDS": datetime.now(ZoneInfo(TIMEZONE)).isoformat(timespec="seconds"),
        **airflow_env.TELEMETRY_OFF,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        dbt_build.ensure_manifest(settings)
        from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - after its configuration

        bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
        assert bag.import_errors == {}
        yield dict(bag.dags)
