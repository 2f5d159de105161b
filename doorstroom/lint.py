"""The checks of `make lint` that ruff and mypy cannot do: the lock against its source, and the dbt project."""

# ruff: noqa: T201 - the outcome of a check is its output
from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from doorstroom import warehouse
from doorstroom.airflow_env import DBT_PROJECT, TELEMETRY_OFF
from doorstroom.settings import REPOSITORY, Settings
from doorstroom.warehouse import EmbeddedServer

PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)", re.MULTILINE)


def check(_settings: Settings) -> int:
    """Run every check and tell what is wrong; returns 0 when nothing is, else 1."""
    wrong = lock_problems(
        (REPOSITORY / "requirements.in").read_text(encoding="utf-8"),
        (REPOSITORY / "requirements.txt").read_text(encoding="utf-8"),
    )
    for problem in wrong:
        print(problem, file=sys.stderr)
    return 1 if not check_dbt() or wrong else 0


def lock_problems(wanted: str, locked: str) -> list[str]:
    """Return what `requirements.in` asks and `requirements.txt` does not hold, or holds without a hash."""
    versions: dict[str, set[str]] = {}
    for match in PINNED.finditer(locked):
        versions.setdefault(canonicalize_name(match["name"]), set()).add(match["version"])
    problems = []
    for line in wanted.splitlines():
        text = line.split("#")[0].strip()
        if not text:
            continue
        requirement = Requirement(text)
        found = versions.get(canonicalize_name(requirement.name))
        if not found:
            problems.append(f"requirements.txt mist {requirement.name}")
        elif not all(requirement.specifier.contains(version, prereleases=True) for version in found):
            problems.append(f"requirements.txt heeft {requirement.name} {', '.join(sorted(found))}, niet {text}")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", locked)
    problems += [
        f"zonder hash in requirements.txt: {block.split()[0]}"
        for block in blocks
        if PINNED.match(block) and "--hash=" not in block
    ]
    return problems


def check_dbt() -> bool:
    """Parse the dbt project with warnings as errors, check its structure and its SQL style; True when all is well.

    The style check compiles the models, for which dbt wants a database: a throw-away one.
    """
    with tempfile.TemporaryDirectory(prefix="doorstroom-lint-") as folder:
        server = EmbeddedServer(Path(folder) / "warehouse", durable=False)
        server.start()
        try:
            return _check_dbt(Path(folder), warehouse.dbt_environment(server.url()))
        finally:
            server.stop()


def _check_dbt(folder: Path, connection: dict[str, str]) -> bool:
    target = folder / "target"
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        **TELEMETRY_OFF,
        **connection,
        "HOME": os.environ.get("HOME") or str(folder),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    rules = folder / "dbt-bouncer.yml"
    rules.write_text(
        f"dbt_artifacts_dir: {target}\n{(REPOSITORY / 'dbt-bouncer.yml').read_text(encoding='utf-8')}", encoding="utf-8"
    )
    commands: dict[str, list[str | Path]] = {
        "dbt parse": [programs / "dbt", "--warn-error", "parse", "--project-dir", DBT_PROJECT],
        "dbt-bouncer": [programs / "dbt-bouncer", "run", "--config-file", rules],
        "sqlfluff": [programs / "sqlfluff", "lint", "--processes", "2", "--disable-progress-bar", DBT_PROJECT],
    }
    for name, command in commands.items():
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            print(f"{name}:\n{done.stdout}{done.stderr}", file=sys.stderr)
            return False
        print(f"{name}: in orde")
    return True
