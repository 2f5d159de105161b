"""The relations: a changed drop, and what its marts must have in common with those of the base drop.

Each can be asked for its change that does not count, or (`planted`) for one that looks like it and does.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.metamorphic.changes import (
    Splitter,
    add_silent_suppliers,
    again,
    back_in_time,
    correct_by_half,
    delivered_by,
    late_arrivals,
    lives,
    recoded,
    shifted,
    shuffled,
    successors,
    write,
)
from tests.oracle.basics import Mart, next_month
from tests.oracle.compare import Difference, compare_marts
from tests.oracle.readers import Night
from tests.oracle.small_lives import Drop

Marts = dict[str, Mart]
N_LIVES = 90


@dataclass
class Base:
    """The drop every relation starts from."""

    folder: Path
    drop: Drop = field(default_factory=lambda: lives(N_LIVES))

    def __post_init__(self) -> None:
        self.night: Night = write(self.drop, self.folder / "base")


def unchanged(base: Marts, other: Marts) -> list[Difference]:
    """Every cell of every mart is the same."""
    return compare_marts(base, other)


def split(base: Base, folder: Path, *, planted: bool) -> list[Night]:
    """(a) Toewijzingen and placements cut in adjacent ones with new numbers; planted: 30 days between the parts."""
    splitter = Splitter(base.drop, base.night, later=30 if planted else 0)
    drop = splitter.done()
    assert min(splitter.split.values()) >= 3, splitter.split
    return [write(drop, folder)]


def four_years_later(base: Base, folder: Path, *, planted: bool) -> list[Night]:
    """(b) Every date 1461 days later, and no gemeente that ever merged; planted: the stops one day more."""
    drop, locations = recoded(base.drop, successors())
    drop, locations = shifted(drop, locations, stops=int(planted))
    return [write(drop, folder, locations=locations)]


def same_four_years_earlier(base: Marts, other: Marts) -> list[Difference]:
    """The same figures 48 months earlier, what hangs on fixed dates taken together."""
    return compare_marts(_without_mergers(back_in_time(base, 0)), _without_mergers(back_in_time(other, 48)))


def in_another_order(base: Base, folder: Path, *, planted: bool) -> list[Night]:
    """(c) Rows, names and nights in another order; planted: a file is corrected by half of it on the last night."""
    drop = shuffled(base.drop)
    nights = late_arrivals(drop, write(drop, folder / "whole", seed=4), folder)
    if planted:
        correct_by_half(nights[-1])
    return nights


def codes_of_2021(base: Base, folder: Path, *, planted: bool) -> list[Night]:
    """(d) Gemeenten under their successor's code, also before the merger; planted: Rijnwaarden as Arnhem."""
    codes = successors()
    assert {"0196", "0545", "0689", "0707", "1927"} <= codes.keys()
    drop, locations = recoded(base.drop, codes | ({"0196": "0202"} if planted else {}))
    return [write(drop, folder, locations=locations)]


def same_but_mergers(base: Marts, other: Marts) -> list[Difference]:
    """The same figures; only the base has seen codes lapse, which is administration."""
    assert any("herindeling" in key for key in base["mart_administratief"])
    assert not any("herindeling" in key for key in other["mart_administratief"])
    return compare_marts(_without_mergers(base), other)


def _without_mergers(marts: Marts) -> Marts:
    rows = {key: row for key, row in marts["mart_administratief"].items() if "herindeling" not in key}
    return marts | {"mart_administratief": rows}


def with_silent_suppliers(base: Base, folder: Path, *, planted: bool) -> list[Night]:
    """(e) Suppliers with an empty folder and with files without a row; planted: one row."""
    night = write(base.drop, folder)
    add_silent_suppliers(night, speaks=planted)
    return [night]


def twice_in_one_night(base: Base, folder: Path, *, planted: bool) -> list[Night]:
    """(f) Everything a second time in the same night; planted: the second snapshot of SDD is shorter."""
    once = delivered_by(base.night, folder / "once")
    shutil.copytree(once[1], folder / "twice")
    again(once[1], folder / "twice", once[0], differs=planted)
    return [(once[0], folder / "twice")]


def over_ten_nights(base: Base, folder: Path, *, planted: bool) -> list[Night]:
    """(f) Everything again, spread over nine more nights; planted: the second snapshot of SDD is shorter."""
    nights = [delivered_by(base.night, folder / "night0")]
    datum, first = nights[0]
    for number in range(1, 10):
        night = datum + timedelta(days=number), folder / f"night{number}"
        shutil.copytree(nights[-1][1], night[1])
        again(first, night[1], night[0], part=number - 1, parts=9, differs=planted)
        nights.append(night)
    assert nights[-1][0] < next_month(datum)  # later, more facts would be in the marts
    return nights


@dataclass(frozen=True)
class Relation:
    """A change and what the marts before and after it have in common."""

    change: Callable[..., list[Night]]
    differences: Callable[[Marts, Marts], list[Difference]] = unchanged

    @property
    def name(self) -> str:
        """Name of the change."""
        return self.change.__name__


RELATIONS = (
    Relation(split),
    Relation(four_years_later, same_four_years_earlier),
    Relation(in_another_order),
    Relation(codes_of_2021, same_but_mergers),
    Relation(with_silent_suppliers),
    Relation(twice_in_one_night),
    Relation(over_ten_nights),
)
