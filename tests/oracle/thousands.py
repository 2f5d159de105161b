"""Thousands of small lives: `python -m tests.oracle.thousands --lives 10000 --seed 1 [--drops 4]`.

Writes random drops, runs each through the pipeline on a scratch warehouse of its own and compares every cell of every
mart the oracle knows. Exits 1 when a cell differs. Takes minutes: not part of `make test`.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from doorstroom.warehouse import EmbeddedServer
from tests.oracle.basics import Mart
from tests.oracle.compare import compare_marts
from tests.oracle.night import Scratch
from tests.oracle.oracle import MARTS, compute_nights
from tests.oracle.small_lives import random_drop, random_nights

MOST_LIVES = 9000  # the official test range holds 9091 BSNs that pass the 11-proef; some rows need one more
COMFORTABLE = 2500  # more drops are more nights, dates and orders of arrival


@contextmanager
def scratch_server(marts: Iterable[str] = MARTS) -> Iterator[tuple[Scratch, Path]]:
    """Yield a scratch warehouse on a PostgreSQL of its own, and a folder; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="duizenden_"))
    folder.chmod(0o755)  # PostgreSQL may run as another user than we are
    try:
        (folder / "server").mkdir()
        server = EmbeddedServer(folder / "server", durable=False)
        server.start()
        try:
            yield Scratch(server, folder / "dbt", marts=marts), folder
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def cells_of(oracle: dict[str, Mart], warehouse: dict[str, Mart]) -> int:
    """Return how many cells a comparison looks at: every measure of every key that either side has."""
    return sum(len(oracle[mart].keys() | rows.keys()) * len(MARTS[mart][1]) for mart, rows in warehouse.items())


def main() -> int:
    """Print per drop the cases in it, the cells compared and the cells that differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drops", type=int, help=f"default: as many as it takes for {COMFORTABLE} lives a drop")
    parser.add_argument(
        "--nights", action="store_true", help="let the files arrive over several nights, with corrections"
    )
    parser.add_argument("--checks", action="store_true", help="run dbt's data tests too")
    parser.add_argument("--show", type=int, default=10, help="differing cells to print per drop")
    options = parser.parse_args()
    drops = options.drops or -(-options.lives // COMFORTABLE)
    sizes = [options.lives // drops + (number < options.lives % drops) for number in range(drops)]
    if max(sizes) > MOST_LIVES:
        parser.error(f"a drop holds at most {MOST_LIVES} lives: use more --drops")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the scratch server stops too
    write = sys.stdout.write
    total_cells = total_differences = 0
    with scratch_server() as (scratch, folder):
        for number, size in enumerate(sizes):
            seed = options.seed + number
            home = folder / f"drop{number}"
            if options.nights:
                drop, nights = random_nights(seed, size, home)
            else:
                drop = random_drop(seed, size, home)
                nights = [(drop.datum, home)]
            begun = time.monotonic()
            warehouse = scratch.run(*nights, checks=options.checks)
            between = time.monotonic()
            expected = compute_nights(*nights)
            cells = cells_of(expected, warehouse)
            differences = compare_marts(expected, warehouse)
            total_cells += cells
            total_differences += len(differences)
            dates = ", ".join(datum.isoformat() for datum, _ in nights)
            write(f"drop {number + 1} of {drops}: seed {seed}, {size} lives, night {dates}\n")
            steps = ", ".join(f"{step} {seconds:.0f}" for step, seconds in scratch.took.items())
            after = time.monotonic() - between
            write(f"  pipeline {between - begun:.0f} s ({steps}), oracle and comparison {after:.0f} s\n")
            per_mart = Counter(difference.mart for difference in differences)
            for mart, rows in expected.items():
                if mart not in warehouse:
                    write(f"  {mart:<24} not in the warehouse, not compared\n")
                    continue
                keys = rows.keys() | warehouse[mart].keys()
                write(f"  {mart:<24}{len(keys) * len(MARTS[mart][1]):>9} cells {per_mart[mart]:>6} differ\n")
            for difference in differences[: options.show]:
                write(f"    {difference}\n")
            for case, times in sorted(drop.cases.items()):
                write(f"  case {case:<60}{times:>7}\n")
            sys.stdout.flush()
            shutil.rmtree(home)
    write(f"{options.lives} lives, {total_cells} cells compared, {total_differences} differ\n")
    return 1 if total_differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
