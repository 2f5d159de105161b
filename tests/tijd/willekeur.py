"""Any order, any batching: the same files give the same marts, whatever night they come in and however often it is run.

`python -m tests.tijd.willekeur --lives 500 --warehouses 10 --seed 1` delivers the files of random lives to that many
warehouses: to the first all at once, to every other in nights that are drawn at random: which nights are run at all and
in what order of DATE, which files are there by then, which nights are run twice. Then it compares every row of every
mart; exit 1 when one differs.

What is the same by definition, and so drawn once: the DATE of the last night (facts count up to its month) and, of
files that correct each other, which one is delivered last.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from doorstroom.warehouse import EmbeddedServer
from tests.oracle.small_lives import random_drop
from tests.tijd.wereld import Marts, Wereld, differences


def leverdatum(path: Path) -> date:
    """Return the date in a file's name."""
    found = re.search(r"_(\d{4})(\d\d)(\d\d)[_.]", path.name)
    assert found, path.name
    return date(*map(int, found.groups()))


def random_arrivals(files: Path, datum: date, rnd: Random, n_nights: int) -> list[tuple[date, list[Path]]]:
    """Draw nights (DATE, files that are new then); the last one is `datum` and has everything.

    A file is taken in by the first night it is there and its leverdatum is not after DATE.
    """
    dates = [datum - timedelta(days=rnd.randint(0, 900)) for _ in range(n_nights - 1)]
    nights: list[tuple[date, list[Path]]] = [(day, []) for day in [*dates, datum]]
    for path in sorted(files.rglob("*.*")):
        nights[rnd.randrange(n_nights)][1].append(path)
    return nights


def deliver(paths: list[Path], files: Path, drop: Path) -> None:
    """Put files in a drop."""
    for path in paths:
        target = drop / path.relative_to(files)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def in_random_order(wereld: Wereld, files: Path, datum: date, rnd: Random, drop: Path, *, publish: int = 0) -> Marts:
    """Deliver files in random nights to an empty warehouse; returns the marts after the last.

    The first `publish` nights are published as well, the others only taken in. Call it inside `wereld.open()`.
    """
    nights = random_arrivals(files, datum, rnd, rnd.randint(3, 6))
    for number, (day, paths) in enumerate(nights, start=1):
        deliver(paths, files, drop)
        last = number == len(nights)
        for _ in range(1 if last else rnd.choice((1, 1, 2))):
            wereld.night(day, drop, build=last or number <= publish)
    return wereld.stand()


def main() -> int:
    """Run the comparison; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=500)
    parser.add_argument("--warehouses", type=int, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    sys.stdout.write(f"seed {chosen.seed}: {chosen.lives} lives in {chosen.warehouses} warehouses\n")
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        server = EmbeddedServer(folder / "server", durable=False)
        server.start()
        try:
            files = folder / "files"
            datum = random_drop(chosen.seed, chosen.lives, files).datum
            wereld = Wereld(server, folder / "dbt")
            with wereld.open():
                wereld.night(datum, files, publish=False)
                expected = wereld.stand()
            rows = sum(sum(mart.values()) for mart in expected.values())
            sys.stdout.write(f"warehouse 1: all at once on {datum}, {rows} rows in {len(expected)} marts\n")
            for number in range(2, chosen.warehouses + 1):
                drop = folder / f"drop{number}"
                with wereld.open():
                    got = in_random_order(wereld, files, datum, Random(f"{chosen.seed} {number}"), drop)
                different = differences(expected, got)
                count = sum(map(len, different.values()))
                failed += count
                sys.stdout.write(f"warehouse {number}: {count} differing rows {dict.fromkeys(different) or ''}\n")
                for mart, shown in different.items():
                    sys.stdout.write("".join(f"  {mart} {row}\n" for row in shown[:5]))
                sys.stdout.flush()
                shutil.rmtree(drop)
        finally:
            server.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
