"""Generates the demo region: a drop as four kinds of suppliers would send it, and the truth beside it.

`python -m demo.generate --out .data/demo/drop` writes the region of the source documents: at size 1.0 and the default
seed the figures of published_figures.csv can be counted from the files, with or without planted mistakes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from demo import waarheid
from demo.fouten import DEFAULT_MISTAKES, aantallen
from demo.levensloop import Levensloop
from demo.leveringen import Schrijver, avonden
from demo.meer_fouten import ALLE_SOORTEN, MeerFouten
from demo.regio import REGIOS

DEFAULT_SEED = 2021
DEFAULT_FIRST = date(2015, 1, 1)
DEFAULT_LAST_NIGHT = date(2021, 2, 1)
MAPPEN = ("sdd", "vggm", "zorgaanbieders", "corporaties")

__all__ = ["DEFAULT_LAST_NIGHT", "DEFAULT_MISTAKES", "DEFAULT_SEED", "generate", "main", "waarheid_map"]


def waarheid_map(out: Path) -> Path:
    """Give the folder beside the drop `out` that holds the truth: `<out>.waarheid`."""
    return out.with_name(out.name + ".waarheid")


def generate(
    out: Path,
    *,
    seed: int = DEFAULT_SEED,
    size: float = 1.0,
    regios: Sequence[str] = ("DAV", "CG"),
    first: date = DEFAULT_FIRST,
    last_night: date = DEFAULT_LAST_NIGHT,
    mistakes: float | Mapping[str, float] = 0.0,
    bsn_start: int = 0,
    nights: int = 30,
    overwrite: bool = False,
    schoon: bool = False,
) -> list[dict[str, object]]:
    """Write a drop to `out` and the truth to `<out>.waarheid`; give the planted mistakes (no BSN among them).

    The same arguments give the same bytes. `size` scales the number of lives; the published figures are promised at
    1.0 only. `nights` is the number of nightly deliveries up to `last_night`. `mistakes` is a share, or a number or
    share per kind (see `demo.fouten.aantallen`). `bsn_start` is the position in the test range of the first BSN, so
    that several drops share no person and no toewijzing number. `schoon` (clean) leaves out what is wrong or unusual in
    real registrations, so that no rule finds anything: late, missing and contradicting data, and care that pauses.

    Raises FileExistsError when `out` holds files (unless `overwrite`, which replaces the folders of a drop), and
    ValueError for an unknown region or kind of mistake, a period of less than two months or too few test BSNs.
    """
    out = Path(out)
    onbekend = [r for r in regios if r not in REGIOS]
    if onbekend or not regios:
        msg = f"Onbekende regio: {', '.join(onbekend) or 'geen'}. Kies uit: {', '.join(REGIOS)}."
        raise ValueError(msg)
    if (last_night - first).days < 62 or first < DEFAULT_FIRST:
        msg = "De demo begint op of na 1 januari 2015 en duurt ten minste twee maanden."
        raise ValueError(msg)
    if out.exists() and any(out.iterdir()):
        if not overwrite:
            msg = f"De map {out} is niet leeg."
            raise FileExistsError(msg)
        for map_ in MAPPEN:
            shutil.rmtree(out / map_, ignore_errors=True)
    codes = [r for r in REGIOS if r in regios]
    levens = Levensloop(
        seed, size, regios=codes, first=first, last_night=last_night, bsn_start=bsn_start, schoon=schoon
    ).bouw()
    schrijver = Schrijver(
        levens, out, seed, regios=codes, first=first, nachten=avonden(first, last_night, nights), schoon=schoon
    )
    schrijver.schrijf()
    rijen = sum(len(pl.verblijven) for per in levens.perioden for pl in per.plaatsingen)
    geplant = MeerFouten(out, seed, last_night).plant(aantallen(mistakes, rijen))
    keuzes = {
        "seed": seed, "size": size, "regios": codes, "first": str(first), "last_night": str(last_night),
        "bsn_start": bsn_start, "nights": nights, "schoon": schoon,
    }  # fmt: skip
    waarheid.schrijf(levens, waarheid_map(out), first, last_night, fouten=geplant, keuzes=keuzes, huren=schrijver.huren)
    return geplant


def _mistakes(tekst: str) -> float | dict[str, float]:
    """Read --mistakes: `default`, `alle`, a share, or `soort=aantal,…`."""
    if tekst == "default":
        return dict(DEFAULT_MISTAKES)
    if tekst == "alle":
        return dict.fromkeys(ALLE_SOORTEN, 1.0)
    if "=" in tekst:
        return {k.strip(): float(v) for k, v in (deel.split("=") for deel in tekst.split(","))}
    return float(tekst)


def main(argv: Sequence[str] | None = None) -> None:
    """Command line of the generator."""
    parser = argparse.ArgumentParser(
        prog="python -m demo.generate", description="Maakt de demoregio: een drop met verzonnen levens."
    )
    parser.add_argument("--out", type=Path, required=True, help="map van de drop; de waarheid komt in <map>.waarheid")
    parser.add_argument(
        "--seed", type=int, default=DEFAULT_SEED, help="zelfde seed, zelfde bytes (standaard %(default)s)"
    )
    parser.add_argument(
        "--size", type=float, default=1.0, help="schaal van het aantal levens; 1.0 geeft de gepubliceerde cijfers"
    )
    parser.add_argument("--regios", default="DAV,CG", help="regio's, gescheiden door komma's (standaard %(default)s)")
    parser.add_argument(
        "--first", type=date.fromisoformat, default=DEFAULT_FIRST, help="eerste dag met gegevens (JJJJ-MM-DD)"
    )
    parser.add_argument(
        "--last-night", type=date.fromisoformat, default=DEFAULT_LAST_NIGHT, help="laatste leverdatum (JJJJ-MM-DD)"
    )
    parser.add_argument(
        "--nights", type=int, default=30, help="aantal nachtelijke leveringen tot en met de laatste nacht"
    )
    parser.add_argument(
        "--mistakes", type=_mistakes, default=0.0,
        help=f"0, een aandeel, 'default', 'alle', of soort=aantal,… met soort uit: {', '.join(ALLE_SOORTEN)}",
    )  # fmt: skip
    parser.add_argument("--bsn-start", type=int, default=0, help="plaats in de reeks test-BSN's van de eerste persoon")
    parser.add_argument("--schoon", action="store_true", help="registraties waarop geen regel iets aan te merken heeft")
    parser.add_argument("--overwrite", action="store_true", help="vervang een drop die er al staat")
    a = parser.parse_args(argv)
    try:
        geplant = generate(
            a.out, seed=a.seed, size=a.size, regios=tuple(a.regios.split(",")), first=a.first, last_night=a.last_night,
            mistakes=a.mistakes, bsn_start=a.bsn_start, nights=a.nights, overwrite=a.overwrite, schoon=a.schoon,
        )  # fmt: skip
    except (ValueError, FileExistsError) as fout:
        parser.error(str(fout))
    sys.stdout.write(f"Drop geschreven naar {a.out}, met {len(geplant)} ingebouwde fouten.\n")


if __name__ == "__main__":
    main()
