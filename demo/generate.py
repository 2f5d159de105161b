"""Generates the demo region: a drop as four kinds of suppliers would send it, and the truth beside it."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from demo.levensloop import Levensloop
from demo.leveringen import Schrijver, avonden

DEFAULT_SEED = 2021
MAPPEN = ("sdd", "vggm", "zorgaanbieders", "corporaties")


def generate(
    out: Path,
    *,
    seed: int = DEFAULT_SEED,
    size: float = 1.0,
    regios: Sequence[str] = ("DAV", "CG"),
    first: date = date(2015, 1, 1),
    last_night: date = date(2021, 2, 1),
    mistakes: float | Mapping[str, float] = 0.0,
    bsn_start: int = 0,
    nights: int = 30,
    overwrite: bool = False,
) -> None:
    """Write a drop."""
    out = Path(out)
    if out.exists() and any(out.iterdir()):
        if not overwrite:
            msg = f"De map {out} is niet leeg."
            raise FileExistsError(msg)
        for map_ in MAPPEN:
            shutil.rmtree(out / map_, ignore_errors=True)
    levens = Levensloop(seed, size, regios, first, last_night, bsn_start).bouw()
    Schrijver(levens, out, seed, regios, first, avonden(first, last_night, nights)).schrijf()


def main(argv: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m demo.generate")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--overwrite", action="store_true")
    a = parser.parse_args(argv)
    generate(a.out, seed=a.seed, size=a.size, overwrite=a.overwrite)


if __name__ == "__main__":
    main()
