"""Airflow DAG `marts`: dbt builds and tests every model once, and every model shows its own fate.

`wacht_op_extracties` sees that all four extractions are really done; `vergeet` erases what came in of people who were
forgotten, and whose retention term has passed. `dbt_build` runs one `dbt build` of the whole project, each model
followed by its tests. The other tasks are the models as dbt links them, drawn by Cosmos from the manifest; each
succeeds or fails as its model did. `marts_klaar` succeeds only when everything did, and only then anything is
published.
"""

# ruff: noqa: PLC0415 - nothing heavy while Airflow parses this file
from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import dag, get_current_context, task
from cosmos import DbtTaskGroup, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import DbtResourceType, LoadMode, TestBehavior

from doorstroom.wiring import DAG_DEFAULTS, MARTS, RAW, TASK_DEFAULTS

if TYPE_CHECKING:
    from cosmos.dbt.graph import DbtNode

DBT_PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
TARGET = Path(os.environ.get("DBT_TARGET_PATH", DBT_PROJECT / "target"))
BUILD = "dbt_build"


def outcome_of_build() -> dict[str, dict[str, str]]:
    """Return what `dbt_build` of this run told about every model and test."""
    return get_current_context()["ti"].xcom_pull(task_ids=BUILD)


def show(node: DbtNode, task_id: str, task_group: Any, **_: Any) -> Any:
    """Render one dbt node as a task that looks up what the build made of it.

    A dbt per model (Cosmos' LOCAL) costs five seconds each; Cosmos' WATCHER keeps dbt waiting for a message to Airflow
    at every step of every test.
    """

    @task(task_id=task_id, task_group=task_group, retries=0)
    def look_up(unique_id: str) -> str:
        from doorstroom.dbt_build import check_node

        return check_node(outcome_of_build(), unique_id)

    return look_up(node.unique_id).operator


@dag(schedule=list(RAW.values()), doc_md=__doc__, tags=["doorstroom"], default_args=TASK_DEFAULTS, **DAG_DEFAULTS)
def marts() -> None:
    """Forget, build, show every model, and tell."""

    # What the night brought in of people who were forgotten is gone before any figure is made.
    @task
    def vergeet() -> dict[str, int]:
        from doorstroom.vergeten import nightly

        return nightly()

    @task.sensor(mode="reschedule", poke_interval=15, timeout=12 * 3600)
    def wacht_op_extracties() -> bool:
        from doorstroom.turns import extractions_done

        context = get_current_context()
        return extractions_done(context["ti"], context["dag_run"].run_type)

    @task(task_id=BUILD)
    def dbt_build() -> dict[str, dict[str, str]]:
        from doorstroom.dbt_build import build

        return build()

    @task(outlets=[MARTS], retries=0)
    def marts_klaar() -> int:
        """Tell that every model and test succeeded."""
        from doorstroom.dbt_build import check_all

        return check_all(outcome_of_build())

    models = DbtTaskGroup(
        group_id="modellen",
        project_config=ProjectConfig(
            dbt_project_path=DBT_PROJECT, manifest_path=TARGET / "manifest.json", install_dbt_deps=False
        ),
        profile_config=ProfileConfig(
            profile_name="doorstroom", target_name="warehouse", profiles_yml_filepath=DBT_PROJECT / "profiles.yml"
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST,
            test_behavior=TestBehavior.NONE,
            emit_datasets=False,
            node_converters=dict.fromkeys((DbtResourceType.MODEL, DbtResourceType.SEED), show),
        ),
    )
    wacht_op_extracties() >> vergeet() >> dbt_build() >> models >> marts_klaar()


marts()
