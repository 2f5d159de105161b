"""Airflow DAG `marts`: one `dbt build` of the whole project, every model visible as a task of its own (Cosmos).

Cosmos reads the manifest that `dbt parse` made at set-up; no dbt and no database is needed to parse this file.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import task
from cosmos import DbtDag, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, InvocationMode, LoadMode, SourceRenderingBehavior, TestBehavior
from doorstroom.wiring import DAG_DEFAULTS, MARTS, RAW, SOORTEN, TASK_DEFAULTS

DBT_PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
TARGET = Path(os.environ.get("DBT_TARGET_PATH", DBT_PROJECT / "target"))

with DbtDag(
    dag_id="marts",
    schedule=[RAW[soort] for soort in SOORTEN],
    doc_md=__doc__,
    tags=["doorstroom", "dbt"],
    default_args=TASK_DEFAULTS,
    project_config=ProjectConfig(
        dbt_project_path=DBT_PROJECT, manifest_path=TARGET / "manifest.json", install_dbt_deps=False
    ),
    profile_config=ProfileConfig(
        profile_name="doorstroom", target_name="warehouse", profiles_yml_filepath=DBT_PROJECT / "profiles.yml"
    ),
    # One dbt for all models: a dbt per model costs seconds each. The other tasks show how their model fared.
    execution_config=ExecutionConfig(
        execution_mode=ExecutionMode.WATCHER,
        invocation_mode=InvocationMode.DBT_RUNNER,
        # Tests run in the same build, right after their model, and stop what depends on it.
        setup_operator_args={"dbt_cmd_flags": ["--resource-type", "test"]},
    ),
    render_config=RenderConfig(
        load_method=LoadMode.DBT_MANIFEST,
        # A task per test would double the length of the night; a failing test fails the build task, by name.
        test_behavior=TestBehavior.NONE,
        source_rendering_behavior=SourceRenderingBehavior.NONE,
        emit_datasets=False,
    ),
    # The watching tasks wait for the build and look whatever came of it, so that each model shows its own fate.
    operator_args={"install_deps": False, "trigger_rule": "all_done", "deferrable": False},
    **DAG_DEFAULTS,
) as marts:

    @task(outlets=[MARTS], trigger_rule="all_success")
    def marts_klaar() -> None:
        """Tell that every model and test succeeded: only then anything is published."""

    leaves = list(marts.leaves)
    klaar = marts_klaar()
    leaves >> klaar
