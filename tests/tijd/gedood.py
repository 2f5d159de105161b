"""Killed nights: `python -m tests.tijd.gedood --kills 25 --lives 150 --seed 1`.

One published night, then the next one is started and killed (SIGKILL) at a random moment of a random step (take in,
judge, build, publish), as often as asked. After each kill what readers see must be as it was, unless the publication
was just made; at the end the night is run to its end and every mart compared with those of a warehouse in which nothing
was killed. Exit 1 when anything differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random

from doorstroom.warehouse import EmbeddedServer
from tests.oracle.small_lives import random_drop
from tests.tijd.wereld import Wereld, differences, published


def main() -> int:
    """Kill nights; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--lives", type=int, default=150)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    sys.stdout.write(f"seed {chosen.seed}: {chosen.lives} lives, {chosen.kills} kills\n")
    rnd, failed = Random(chosen.seed), 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        server = EmbeddedServer(folder / "server", durable=False)
        server.start()
        try:
            files = folder / "files"
            datum = random_drop(chosen.seed, chosen.lives, files).datum
            wereld = Wereld(server, folder / "dbt")
            earlier = datum - timedelta(days=40)
            with wereld.open():
                wereld.night(earlier, files)
                wereld.night(datum, files)
                expected = wereld.stand()
            with wereld.open():
                took = wereld.night(earlier, files, readers=True)
                for number in range(1, chosen.kills + 1):
                    before = published()
                    moment = wereld.killed_night(datum, files, rnd, took)
                    after = published()
                    wrong = before[0] != after[0] and before[1] == after[1]
                    failed += wrong
                    state = "WRONG" if wrong else "published" if before[1] != after[1] else "as it was"
                    sys.stdout.write(f"kill {number} in {moment}: {state}\n")
                    sys.stdout.flush()
                wereld.night(datum, files, readers=True)
                different = differences(expected, wereld.stand())
        finally:
            server.stop()
    count = sum(map(len, different.values()))
    sys.stdout.write(f"{failed} kills changed what was published; the next run completed, {count} differing rows\n")
    return 1 if failed or count else 0


if __name__ == "__main__":
    raise SystemExit(main())
