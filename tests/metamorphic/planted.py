"""Planted changes through the pipeline: `python -m tests.metamorphic.planted`. Exits 1 when one is not noticed."""

from __future__ import annotations

import sys

from tests.metamorphic.relations import RELATIONS, Base
from tests.oracle import flows
from tests.oracle.thousands import scratch_server


def main() -> int:
    """Print per relation how many cells differ: none for the change itself, some for the planted one."""
    failed = False
    with scratch_server(flows.MARTS) as (scratch, folder):
        base = Base(folder / "drops")
        marts = scratch.run(base.night, checks=False)
        for relation in RELATIONS:
            counts = []
            for planted in (False, True):
                nights = relation.change(base, folder / f"{relation.name}_{planted}", planted=planted)
                counts.append(len(relation.differences(marts, scratch.run(*nights, checks=False))))
            failed |= counts[0] > 0 or counts[1] == 0
            sys.stdout.write(f"{relation.name:<24}{counts[0]:>7} differ{counts[1]:>7} differ when planted\n")
            sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
