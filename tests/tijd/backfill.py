"""A backfill of Airflow against nights one by one: `python -m tests.tijd.backfill --lives 12 --nights 5 --seed 1`.

Starts the Airflow of `make up` on a state of its own, queues a range of nights as `make backfill` does, and waits until
they are done; then runs `make nightly` for each date on another state. Prints what Airflow ran when, whether each night
was the one of its date, in order, once and apart from the others, and compares every row of the marts, of what
was published, of the stored vintages and of the ledger. Exit 1 when anything differs.

With `--side-by-side 10` the nights are queued with Airflow's own command and its default of ten at a time: whoever
leaves `--max-active-runs` out must get the same. `--drop` and `--datum` take the nights up to a date of a given drop.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from doorstroom import airflow_env, warehouse
from doorstroom.backfill import command
from doorstroom.run import AFTER_NACHT
from doorstroom.settings import REPOSITORY, Settings
from tests.oracle.night import KEY
from tests.oracle.small_lives import random_drop
from tests.tijd.wereld import Marts, differences

#: When the computer did something is all that two runs may differ in.
CLOCK = frozenset({"gestart_op", "verwerkt_op", "beoordeeld_op", "gepubliceerd_op", "vastgelegd_op", "uitgevoerd_op"})
#: Which run of Airflow had the turn; `make nightly` takes none.
LEFT_OUT = frozenset({("levering", "beurt")})
SCHEMAS = ("levering", "marts", "publicatie", "vintage")


@dataclass
class Huis:
    """A state folder and the drop it is fed from."""

    state: Path
    drop: Path

    @property
    def settings(self) -> Settings:
        return Settings(state=self.state, drop=str(self.drop), key=KEY)  # type: ignore[arg-type]

    def environment(self, **extra: str) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DOORSTROOM_", "AIRFLOW", "DBT_"))}
        own = {
            "STATE": str(self.state),
            "DROP": str(self.drop),
            "PSEUDONYM_KEY": KEY,
            "WAREHOUSE": "",
            "AIRFLOW_DB": "",
        }
        return inherited | {f"DOORSTROOM_{name}": value for name, value in own.items()} | extra

    def run(self, name: str, **extra: str) -> None:
        """Run a command of the product; raises RuntimeError with what it told when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "doorstroom", name],
            cwd=REPOSITORY,
            env=self.environment(**extra),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stdout[-3000:]}{done.stderr[-3000:]}")

    @contextlib.contextmanager
    def up(self) -> Iterator[None]:
        """Airflow as `make up` runs it, from when it is ready."""
        with (self.state / "up.log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "doorstroom", "up"],
                cwd=REPOSITORY,
                env=self.environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            try:
                assert process.stdout
                if not process.stdout.readline().startswith("http"):
                    raise RuntimeError((self.state / "up.log").read_text(encoding="utf-8")[-3000:])
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()

    def airflow(self) -> psycopg.Connection:
        return psycopg.connect(warehouse.airflow_url(self.settings), autocommit=True)

    def stand(self) -> Marts:
        """Return every row of everything that a night leaves, without what the clock said."""
        found: Marts = {}
        with warehouse.running(self.settings), warehouse.connect(self.settings) as connection:
            columns = connection.execute(
                "select table_schema, table_name, array_agg(column_name::text order by column_name) "
                "from information_schema.columns where table_schema = any(%s) group by 1, 2",
                [list(SCHEMAS)],
            ).fetchall()
            for schema, table, names in columns:
                if (schema, table) in LEFT_OUT:
                    continue
                kept = sql.SQL(", ").join(sql.Identifier(name) for name in names if name not in CLOCK)
                query = sql.SQL("select rij::text from (select {} from {}) as rij").format(
                    kept, sql.Identifier(schema, table)
                )
                found[f"{schema}.{table}"] = Counter(row[0] for row in connection.execute(query))
        return found


def queue(huis: Huis, nights: list[date], side_by_side: int) -> None:
    """Queue the nights: as `make backfill`, or with Airflow's own command and so many at a time."""
    if side_by_side == 1:
        huis.run("backfill", DOORSTROOM_VAN=str(nights[0]), DOORSTROOM_UNTIL=str(nights[-1]))
        return
    asked = command(str(nights[0]), str(nights[-1]), None, again=False)
    asked[asked.index("--max-active-runs") + 1] = str(side_by_side)
    environment = huis.environment() | airflow_env.environment(huis.settings)
    subprocess.run([sys.executable, "-m", "airflow", *asked], env=environment, check=True, stdout=subprocess.DEVNULL)


def wait(huis: Huis, limit: float) -> None:
    """Wait until Airflow says the backfill is done; raises TimeoutError."""
    deadline = time.monotonic() + limit
    with huis.airflow() as connection:
        while connection.execute("select 1 from backfill where completed_at is null").fetchone():
            if time.monotonic() > deadline:
                raise TimeoutError("the backfill does not end")
            time.sleep(5)


def wrong_order(huis: Huis, nights: list[date]) -> list[str]:
    """Print what Airflow ran when; returns what is not as it should be."""
    with huis.airflow() as connection:
        runs: list[tuple[str, datetime, datetime, datetime, str]] = connection.execute(
            "select dag_id, logical_date, start_date, end_date, state from dag_run where dag_id = any(%s) "
            "order by start_date",
            [["nacht", *AFTER_NACHT]],
        ).fetchall()
    with warehouse.connect(huis.settings) as connection:
        begun: list[tuple[date, datetime]] = connection.execute(
            "select datum, gestart_op from levering.nachten order by nacht_id"
        ).fetchall()
    wrong = [f"{name} of {start:%H:%M:%S}: {state}" for name, _, start, _, state in runs if state != "success"]
    if [day for day, _ in begun] != nights:
        wrong.append(f"nights begun: {[str(day) for day, _ in begun]}")
    whole = sorted((logical, end) for name, logical, _, end, _ in runs if name == "nacht")
    if len(whole) != len(nights):
        return [*wrong, f"{len(whole)} runs of nacht"]
    for number, ((logical, end), (day, opened)) in enumerate(zip(whole, begun, strict=True)):
        inside = Counter(name for name, _, start, stop, _ in runs if opened <= start and stop <= end)
        sys.stdout.write(f"night {day} (planned {logical}): {opened:%H:%M:%S} to {end:%H:%M:%S}\n")
        if any(inside[name] != 1 for name in AFTER_NACHT):
            wrong.append(f"night {day} did not run every DAG once: {dict(inside)}")
        if number and opened < whole[number - 1][1]:
            wrong.append(f"night {day} began before the one before it had ended")
    counts = Counter(name for name, *_ in runs)
    wrong += [f"{name} ran {counts[name]} times" for name in AFTER_NACHT if counts[name] != len(nights)]
    return wrong


def compared(one: Marts, other: Marts) -> int:
    """Print what differs between two warehouses; returns how many rows."""
    different: dict[str, Any] = differences(one, other)
    for name, shown in different.items():
        sys.stdout.write(f"  {name}: {len(shown)} rows, such as {shown[:2]}\n")
    count = sum(map(len, different.values()))
    rows = sum(sum(table.values()) for table in one.values())
    sys.stdout.write(f"backfill against night by night: {count} of {rows} rows differ in {len(one)} tables\n")
    return count


def main() -> int:
    """Run the proof; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=12)
    parser.add_argument("--nights", type=int, default=5)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--side-by-side", type=int, default=1)
    parser.add_argument("--drop", type=Path)
    parser.add_argument("--datum", type=date.fromisoformat)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        drop, last = chosen.drop, chosen.datum
        if drop is None:
            drop = folder / "drop"
            last = random_drop(chosen.seed, chosen.lives, drop).datum + timedelta(days=1)
        nights = [last - timedelta(days=before) for before in reversed(range(chosen.nights))]
        sys.stdout.write(f"seed {chosen.seed}: nights {nights[0]} to {nights[-1]}, {chosen.side_by_side} at a time\n")
        through_airflow, one_by_one = Huis(folder / "airflow", drop), Huis(folder / "nightly", drop)
        for huis in (through_airflow, one_by_one):
            huis.state.mkdir()
        with through_airflow.up():
            begun = time.monotonic()
            queue(through_airflow, nights, chosen.side_by_side)
            wait(through_airflow, 1200.0 * len(nights))
            sys.stdout.write(f"backfill: {time.monotonic() - begun:.0f} s\n")
            wrong = wrong_order(through_airflow, nights)
        sys.stdout.write("".join(f"WRONG: {told}\n" for told in wrong))
        sys.stdout.flush()
        stand = through_airflow.stand()
        for night in nights:
            begun = time.monotonic()
            one_by_one.run("nightly", DOORSTROOM_DATE=str(night))
            sys.stdout.write(f"make nightly {night}: {time.monotonic() - begun:.0f} s\n")
            sys.stdout.flush()
        different = compared(stand, one_by_one.stand())
    return 1 if wrong or different else 0


if __name__ == "__main__":
    raise SystemExit(main())
