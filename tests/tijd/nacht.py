"""One whole night in a process of its own, published for readers too: `python -m tests.tijd.nacht <DATE> <drop>`."""

from __future__ import annotations

import sys

from tests.tijd.wereld import run_night

if __name__ == "__main__":
    run_night(sys.argv[1], sys.argv[2], readers=True)
