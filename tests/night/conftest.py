"""One whole demo night and the state it leaves, made with the command a user types."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]


@dataclass
class Huis:
    """A state folder of its own and the product's commands on it."""

    state: Path
    extra: dict[str, str] = field(default_factory=dict)

    def run(self, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m doorstroom <command>` as make does; the caller looks at the exit code."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DOORSTROOM_", "AIRFLOW", "DBT_"))}
        # The limit is there for a night that hangs, and far above what one takes on a busy machine.
        return subprocess.run(
            [sys.executable, "-m", "doorstroom", command],
            cwd=REPO,
            env=inherited | {"DOORSTROOM_STATE": str(self.state)} | self.extra | environment,
            capture_output=True,
            text=True,
            timeout=2400,
            check=False,
        )

    def sql(self, query: str) -> list[list[str]]:
        """Rows of a query, as text, by the command `make sql FORMAT=csv` runs."""
        import csv  # noqa: PLC0415 - only here
        import io  # noqa: PLC0415 - only here

        done = self.run("sql", DOORSTROOM_QUERY=query, DOORSTROOM_FORMAT="csv")
        assert done.returncode == 0, done.stderr
        return list(csv.reader(io.StringIO(done.stdout)))[1:]


@pytest.fixture(scope="module")
def demo_nacht(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Huis, subprocess.CompletedProcess[str]]]:
    """The demo region's night in a new state folder; shared by the tests of one module, which leave it as it is."""
    huis = Huis(tmp_path_factory.mktemp("demo") / "state")
    yield huis, huis.run("nightly")
    huis.run("stop")
