"""dbt, run once for the whole project inside this Python: starting it per model would cost seconds each."""

# ruff: noqa: PLC0415 - dbt takes seconds to import
from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Any

from doorstroom.airflow_env import DBT_PROJECT, dbt_target
from doorstroom.settings import Settings

log = logging.getLogger(__name__)

GOOD = {"success", "pass", "no-op", "warn"}


class BuildError(Exception):
    """dbt could not do its work at all, or a model or test failed; the message says which."""


def ensure_manifest(settings: Settings) -> Path:
    """Return dbt's manifest, from which the DAG `marts` is drawn; parse the project when it changed since.

    Raises BuildError when the project cannot be parsed.
    """
    manifest = dbt_target(settings) / "manifest.json"
    sources = [path for path in DBT_PROJECT.rglob("*") if path.is_file() and "target" not in path.parts]
    newest = max(path.stat().st_mtime for path in [*sources, *{path.parent for path in sources}])
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        _dbt(["parse"])
        manifest.touch()
    return manifest


def project_fingerprint() -> str:
    """Return a fingerprint of every definition, list and parameter of the dbt project."""
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        if path.is_file() and not {"target", "logs"} & set(path.relative_to(DBT_PROJECT).parts):
            digest.update(path.relative_to(DBT_PROJECT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def build(*, checks: bool = True) -> dict[str, dict[str, str]]:
    """Build every seed and model, and test them with `checks`; returns per dbt node that ran `{"status", "message"}`.

    A model whose own test failed has status `test_failed`; a test over several models stands on its own. Failures are
    in the result, so that each shows at its own task; only when dbt itself fails BuildError is raised. After a complete
    build of the same project only persons whose facts changed are worked out anew (macros/per_persoon.sql).
    """
    os.environ["DOORSTROOM_BOUWKENMERK"] = project_fingerprint()
    outcome: dict[str, dict[str, str]] = {}
    failures: dict[str, str] = {}
    leave_out = ["unit_test"] if checks else ["unit_test", "test"]
    for result in _dbt(["build", "--exclude-resource-type", *leave_out]).results:
        node, status = result.node, str(result.status)
        # A test's message counts rows; a model's quotes the database, which knows pseudonyms only.
        outcome[node.unique_id] = {"status": status, "message": (result.message or "")[:500]}
        if node.resource_type == "test" and status not in GOOD:
            failures[getattr(node, "attached_node", None) or ""] = node.name
    for model, test in failures.items():
        if outcome.get(model, {}).get("status") in GOOD:
            outcome[model] = {"status": "test_failed", "message": f"test {test} faalt"}
    return outcome


def build_model(name: str) -> None:
    """Make one model and what it is made from, outside the build of a night; raises BuildError.

    The warehouse is under construction from here on: the next build makes everything anew.
    """
    results = _dbt(["build", "--select", f"+{name}", "--exclude-resource-type", "unit_test", "test"]).results
    check_all({r.node.unique_id: {"status": str(r.status), "message": (r.message or "")[:500]} for r in results})


def build_as_of(settings: Settings, kennis_op: str, suffix: str) -> int:
    """Build every seed and model as of a moment, in schemas with this suffix; returns how many marts there are.

    dbt works in a target folder of its own, so that the live project stays parsed as it is. Raises BuildError naming
    what went wrong.
    """
    variables = json.dumps({"kennis_op": kennis_op, "schema_achtervoegsel": suffix})
    target = dbt_target(settings) / "kennis"
    results = _dbt(
        ["build", "--exclude-resource-type", "unit_test", "test", "--vars", variables, "--target-path", str(target)]
    ).results
    outcome = {r.node.unique_id: {"status": str(r.status), "message": (r.message or "")[:500]} for r in results}
    check_all(outcome)
    return sum(unique_id.startswith("model.doorstroom.mart_") for unique_id in outcome)


def check_node(outcome: dict[str, dict[str, str]], unique_id: str) -> str:
    """Return what became of one model in this build; raises BuildError when that was not good."""
    result = outcome.get(unique_id)
    if result is None:
        message = f"dbt heeft {unique_id} niet gebouwd"
        raise BuildError(message)
    if result["status"] not in GOOD:
        message = f"{unique_id}: {result['status']}. {result['message']}"
        raise BuildError(message)
    return result["message"]


def check_all(outcome: dict[str, dict[str, str]]) -> int:
    """Return how many nodes the build had; raises BuildError naming every model and test that went wrong."""
    wrong = [
        f"{unique_id}: {result['status']}. {result['message']}"
        for unique_id, result in outcome.items()
        if result["status"] not in GOOD
    ]
    if wrong:
        raise BuildError("\n".join(wrong))
    return len(outcome)


def _dbt(arguments: list[str]) -> Any:
    """Run one dbt command; where it works and what it connects to come from the environment."""
    from dbt.cli.main import dbtRunner

    command = [*arguments, "--project-dir", str(DBT_PROJECT), "--no-use-colors", "--log-level-file", "info"]
    run = dbtRunner().invoke(command)
    if run.exception is not None:
        message = f"dbt {arguments[0]}: {run.exception}"
        raise BuildError(message)
    return run.result
