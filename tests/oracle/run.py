"""Run the oracle by hand: `python -m tests.oracle.run --drop <folder> --datum <date> [--compare <postgres url>]`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import psycopg

from tests.oracle.compare import compare, marts_in
from tests.oracle.oracle import MARTS, compute


def main() -> int:
    """Print totals per mart, domein, perimeter and basis; with --compare also every differing cell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drop", type=Path, required=True)
    parser.add_argument("--datum", type=date.fromisoformat, required=True)
    parser.add_argument("--compare", metavar="URL", help="PostgreSQL URL of the warehouse")
    parser.add_argument("--limit", type=int, default=50, help="differing cells to print per mart")
    options = parser.parse_args()
    marts = compute(options.drop, options.datum)
    write = sys.stdout.write
    for mart, rows in marts.items():
        totals: Counter[tuple] = Counter()
        for key, measures in rows.items():
            named = dict(zip(MARTS[mart][0], key, strict=True))
            # Marts without a gemeente_basis, or without one of these, are not totalled.
            which = tuple(named.get(name) for name in ("domein", "perimeter", "basis"))
            if named.get("gemeente_basis") == "verblijf" and None not in which:
                for measure, value in measures.items():
                    if isinstance(value, int) and measure not in ("stand_begin", "stand_eind"):
                        totals[(*which, measure)] += value
        write(f"{mart}: {len(rows)} rows\n")
        for total, number in sorted(totals.items()):
            if number:
                write(f"  {' '.join(total)} = {number}\n")
    if not options.compare:
        return 0
    with psycopg.connect(options.compare) as connection:
        differences = compare(marts, connection)
        there = marts_in(connection)
    per_mart = Counter(difference.mart for difference in differences)
    for mart in marts:
        if mart not in there:
            write(f"{mart}: not in the warehouse, not compared\n")
            continue
        write(f"{mart}: {per_mart[mart]} differing cells\n")
        for difference in [d for d in differences if d.mart == mart][: options.limit]:
            write(f"  {difference}\n")
    return 1 if differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
