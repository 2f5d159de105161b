"""The DAGs: which there are, what starts them, what follows what, and what a failure does."""

from __future__ import annotations

import ast
import inspect
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pendulum
import psycopg
import pytest

from doorstroom.run import FAILURES, POOL, SOORTEN, Failure, TechnicalFailureError, remember_failure
from doorstroom.settings import REPOSITORY

EXTRACTIES = [f"extractie_{soort}" for soort in SOORTEN]


def edges(dag: Any) -> set[tuple[str, str]]:
    return {(task.task_id, below) for task in dag.tasks for below in task.downstream_task_ids}


def scheduled_on(dag: Any) -> set[str]:
    return {asset.uri for asset in dag.timetable.asset_condition.objects}


def outlets(dag: Any) -> set[str]:
    return {outlet.uri for task in dag.tasks for outlet in task.outlets}


def test_there_are_exactly_these_dags(dags: dict[str, Any]) -> None:
    decisions = {"vrijgeven", "afwijzen", "accepteren"}
    assert set(dags) == {"nacht", *EXTRACTIES, "marts", "publicatie", "weekrapport", *decisions}


def test_what_a_person_decides_has_a_form(dags: dict[str, Any]) -> None:
    forms = {"vrijgeven": ["bestand", "reden"], "afwijzen": ["bestand", "reden"]}
    for name, fields in {**forms, "accepteren": ["sleutel", "reden", "tot"]}.items():
        dag = dags[name]
        assert dag.schedule is None
        assert list(dag.params) == fields
        for field in fields:
            parameter = dag.params.get_param(field)
            assert parameter.schema["title"]
            assert parameter.schema["description_md"]
        (task,) = dag.tasks
        assert task.retries == 0, "a mistake in a form is there again the next time"
    from airflow.sdk.exceptions import ParamValidationError  # noqa: PLC0415 - after its configuration

    for name, field in (("afwijzen", "reden"), ("accepteren", "reden"), ("accepteren", "tot")):
        with pytest.raises(ParamValidationError):
            dags[name].params.get_param(field).resolve(None)


def test_the_form_of_a_decision_is_what_its_function_takes(dags: dict[str, Any]) -> None:
    from expectations.dossier import accepteren  # noqa: PLC0415 - after Airflow's configuration
    from expectations.judge import reject, release  # noqa: PLC0415

    for name, function in (("vrijgeven", release), ("afwijzen", reject), ("accepteren", accepteren)):
        assert {*dags[name].params, "door"} == set(inspect.signature(function).parameters)


def test_every_dag_is_described_owned_and_runs_one_at_a_time(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert dag.doc_md
        assert "doorstroom" in dag.tags
        assert dag.max_active_runs == 1
        assert dag.catchup is False
        assert dag.start_date.utcoffset() is not None
        assert {task.owner for task in dag.tasks} == {"doorstroom"}


def test_only_the_night_and_the_weekly_report_have_a_clock_and_it_is_dutch(dags: dict[str, Any]) -> None:
    for name, expression in (("nacht", "0 2 * * *"), ("weekrapport", "0 7 * * 1")):
        timetable = dags[name].timetable
        assert timetable.expression == expression
        assert str(timetable.timezone) == "Europe/Amsterdam"
    for name in EXTRACTIES:
        assert dags[name].schedule is None


def test_what_the_clock_missed_before_airflow_was_set_up_is_not_made_up_for(dags: dict[str, Any]) -> None:
    from airflow.timetables.base import TimeRestriction  # noqa: PLC0415 - after its configuration
    from airflow.timetables.trigger import CronTriggerTimetable  # noqa: PLC0415

    since = datetime.fromisoformat(os.environ["DOORSTROOM_SINDS"])
    for name in ("nacht", "weekrapport"):
        dag = dags[name]
        assert dag.start_date == since
        clock = CronTriggerTimetable(dag.timetable.expression, timezone="Europe/Amsterdam")
        restriction = TimeRestriction(earliest=pendulum.instance(dag.start_date), latest=None, catchup=dag.catchup)
        first = clock.next_dagrun_info(last_automated_data_interval=None, restriction=restriction)
        assert first is not None
        assert first.run_after > since


def test_the_night_starts_the_four_extractions_after_it_is_opened(dags: dict[str, Any]) -> None:
    night = dags["nacht"]
    before = {("keuze", "zoals_bekend"), ("keuze", "wacht_op_vorige"), ("wacht_op_vorige", "begin")}
    starts = [f"start_{name}" for name in EXTRACTIES]
    after = {(start, "wacht_op_einde") for start in starts} | {("wacht_op_vorige", "wacht_op_einde")}
    assert edges(night) == before | {("begin", start) for start in starts} | after
    assert {task.trigger_dag_id for task in night.tasks if task.task_id.startswith("start_")} == set(EXTRACTIES)
    assert set(night.params) == {"datum", "drop", "kennis_op"}
    for name in ("datum", "drop"):
        parameter = night.params.get_param(name)
        assert parameter.value is None
        assert parameter.schema["description_md"]


@pytest.mark.parametrize("soort", SOORTEN)
def test_an_extraction_takes_in_then_judges_then_tells(dags: dict[str, Any], soort: str) -> None:
    dag = dags[f"extractie_{soort}"]
    assert edges(dag) == {
        ("inventarisatie", "neem_in"),
        ("neem_in", "feeds_te_beoordelen"),
        ("feeds_te_beoordelen", "beoordeel"),
        ("beoordeel", "klaar"),
        ("neem_in", "storingen"),
        ("feeds_te_beoordelen", "storingen"),
        ("beoordeel", "storingen"),
    }
    assert outlets(dag) == {f"doorstroom://raw/{soort}"}
    assert dag.get_task("neem_in").is_mapped
    assert dag.get_task("beoordeel").is_mapped


@pytest.mark.parametrize("soort", SOORTEN)
def test_a_failed_unit_stops_nothing_and_still_shows(dags: dict[str, Any], soort: str) -> None:
    dag = dags[f"extractie_{soort}"]
    rules = {task.task_id: str(getattr(task.trigger_rule, "value", task.trigger_rule)) for task in dag.tasks}
    assert rules["feeds_te_beoordelen"] == "all_done"
    assert rules["klaar"] == "all_done", "the marts must run on what did come in"
    assert rules["storingen"] == "one_failed", "a leaf of its own decides that the run is red"
    assert not dag.get_task("storingen").downstream_task_ids


def test_marts_wait_for_all_four_and_publicatie_for_the_marts(dags: dict[str, Any]) -> None:
    assert scheduled_on(dags["marts"]) == {f"doorstroom://raw/{soort}" for soort in SOORTEN}
    assert outlets(dags["marts"]) == {"doorstroom://warehouse/marts"}
    assert scheduled_on(dags["publicatie"]) == {"doorstroom://warehouse/marts"}
    assert outlets(dags["publicatie"]) == {"doorstroom://warehouse/publicatie"}


def test_the_weekly_report_is_one_task_per_recipient_and_one_that_shows_what_failed(dags: dict[str, Any]) -> None:
    dag = dags["weekrapport"]
    assert edges(dag) == {("ontvangers", "verstuur"), ("ontvangers", "storingen"), ("verstuur", "storingen")}
    assert dag.get_task("verstuur").is_mapped
    assert {name: dag.params.get_param(name).value for name in dag.params} == {
        "proef": False,
        "week": None,
        "opnieuw": False,
    }


def test_every_model_of_dbt_is_a_task_linked_as_dbt_links_it(dags: dict[str, Any]) -> None:
    dag = dags["marts"]
    manifest = json.loads(Path(os.environ["DBT_TARGET_PATH"], "manifest.json").read_text(encoding="utf-8"))
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    assert models
    shown = {key: f"modellen.{node['name']}_run" for key, node in models.items()}
    assert set(shown.values()) <= set(dag.task_dict)
    for key, node in models.items():
        for parent in set(node["depends_on"]["nodes"]) & set(models):
            assert shown[key] in dag.get_task(shown[parent]).downstream_task_ids
    assert [task.task_id for task in dag.tasks if not task.upstream_task_ids] == ["wacht_op_extracties"]
    assert dag.get_task("wacht_op_extracties").downstream_task_ids == {"vergeet"}
    assert dag.get_task("vergeet").downstream_task_ids == {"dbt_build"}
    assert [task.task_id for task in dag.tasks if not task.downstream_task_ids] == ["marts_klaar"]


def test_publicatie_follows_up_publishes_then_reports_and_goes_on_whatever_fails(dags: dict[str, Any]) -> None:
    dag = dags["publicatie"]
    assert edges(dag) == {
        ("werk_dossier_bij", "publiceer"),
        ("publiceer", "rapporteer"),
        *((name, "storingen") for name in ("werk_dossier_bij", "publiceer", "rapporteer")),
    }
    for name in ("publiceer", "rapporteer"):
        assert str(getattr(dag.get_task(name).trigger_rule, "value", "")) == "all_done"


def test_connections_are_tried_again_and_data_errors_are_not(dags: dict[str, Any]) -> None:
    task = dags["extractie_sdd"].get_task("neem_in").partial_kwargs
    policy = task["retry_policy"]
    assert task["retries"] == 2
    assert policy.evaluate(psycopg.OperationalError(), 1, 2).action.value == "retry"
    assert policy.evaluate(ConnectionResetError(), 1, 2).action.value == "retry"
    assert policy.evaluate(ValueError("kapotte rij"), 1, 2).action.value == "fail"


def test_work_in_the_warehouse_runs_in_its_pool(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        for task in dag.tasks:
            expected = "default_pool" if task.task_id.startswith("start_") else POOL
            assert task.pool == expected, task.task_id


def test_reading_the_dag_files_imports_nothing_heavy() -> None:
    """Airflow reads them every half minute: dbt, Great Expectations and pandas stay out of it."""
    script = (
        "import sys, importlib.util\n"
        "for name in ('extractie', 'nacht', 'publicatie', 'weekrapport'):\n"
        "    spec = importlib.util.spec_from_file_location(name, f'dags/{name}.py')\n"
        "    spec.loader.exec_module(importlib.util.module_from_spec(spec))\n"
        "heavy = ('dbt', 'great_expectations', 'pandas', 'lxml', 'extracts', 'expectations')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120
    )
    assert finished.stdout.splitlines()[-1] == "[]"


def test_dag_files_hold_wiring_only_and_have_names_dbt_leaves_alone() -> None:
    files = sorted((REPOSITORY / "dags").glob("*.py"))
    assert files
    light = ("__future__", "os", "pathlib", "typing", "airflow", "cosmos", "doorstroom.run", "doorstroom.wiring")
    for file in files:
        assert not file.name.startswith("dbt_")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for statement in tree.body:
            names = (
                [alias.name for alias in statement.names]
                if isinstance(statement, ast.Import)
                else [str(statement.module)]
                if isinstance(statement, ast.ImportFrom)
                else []
            )
            assert all(name.startswith(light) for name in names), f"{file.name}: {names}"


def test_a_failure_is_remembered_with_its_unit_and_a_repetition_is_not() -> None:
    class Instance:
        task_id = "neem_in"

    FAILURES.clear()
    remember_failure({"ti": Instance(), "exception": ValueError("kapot"), "eenheid": "sdd sdd_indicaties"})
    remember_failure({"ti": Instance(), "exception": TechnicalFailureError("zie hierboven")})
    assert [Failure("neem_in [sdd sdd_indicaties]", "kapot")] == FAILURES
    FAILURES.clear()
