"""Night by night against all at once: `python -m tests.tijd.maandeinden --drop <drop> --datum 2021-02-01`.

Runs 24 month-end nights and then 30 consecutive nights up to DATE, each published; then everything at once in another
warehouse, and compares every row of every mart. Then builds the marts of 12 random past nights as they were known then
and compares them with the stored vintage, and checks that every revised figure is explained by its causes. Exit 1 when
anything differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from doorstroom.warehouse import EmbeddedServer
from tests.tijd.wereld import Wereld, differences, unexplained


def nights(datum: date, months: int, consecutive: int) -> list[date]:
    """Return the last days of so many months, then so many days up to and including `datum`."""
    found = [datum - timedelta(days=before) for before in range(consecutive)]
    day = min(found).replace(day=1)
    for _ in range(months):
        day -= timedelta(days=1)
        found.append(day)
        day = day.replace(day=1)
    return sorted(set(found))


def main() -> int:
    """Run the proof; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drop", type=Path, required=True)
    parser.add_argument("--datum", type=date.fromisoformat, required=True)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--known", type=int, default=12)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    rnd = Random(chosen.seed)
    dates = nights(chosen.datum, chosen.months, chosen.nights)
    sys.stdout.write(f"seed {chosen.seed}: {len(dates)} nights from {dates[0]} to {dates[-1]}\n")
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        server = EmbeddedServer(folder / "server", durable=False)
        server.start()
        try:
            wereld = Wereld(server, folder / "dbt")
            with wereld.open():
                wereld.night(chosen.datum, chosen.drop, publish=False)
                at_once = wereld.stand()
            with wereld.open():
                for day in dates:
                    begun = time.monotonic()
                    wereld.night(day, chosen.drop)
                    sys.stdout.write(f"night {day}: {time.monotonic() - begun:.1f} s\n")
                    sys.stdout.flush()
                different = differences(at_once, wereld.stand())
                count = sum(map(len, different.values()))
                failed += count
                rows = sum(sum(mart.values()) for mart in at_once.values())
                sys.stdout.write(f"night by night against at once: {count} of {rows} rows differ {list(different)}\n")
                revised, wrong = unexplained()
                failed += len(wrong)
                sys.stdout.write(f"{revised} revised figures, {len(wrong)} not explained by their causes {wrong[:5]}\n")
                for day in sorted(rnd.sample(dates, min(chosen.known, len(dates)))):
                    known_otherwise = wereld.as_known_differs_from_published(f"{day}T06:00")
                    count = sum(known_otherwise.values())
                    failed += count
                    shown = known_otherwise or ""
                    sys.stdout.write(f"kennis_op {day}T06:00 against the vintage: {count} differing rows {shown}\n")
                    sys.stdout.flush()
        finally:
            server.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
