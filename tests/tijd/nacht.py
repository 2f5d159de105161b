"""One whole night in a process of its own, published for readers too: `python -m tests.tijd.nacht <DATE> <drop>`.

Tells on standard output which step begins, for who wants to kill it there.
"""

from __future__ import annotations

import sys

from tests.tijd.wereld import BEGINS, run_night

if __name__ == "__main__":
    run_night(sys.argv[1], sys.argv[2], readers=True, begin=lambda step: print(f"{BEGINS}{step}", flush=True))  # noqa: T201
