"""Nothing left out can be calculated from the page of a region: random regions, published, read and attacked."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from math import isnan
from pathlib import Path

import psycopg
import pytest

from publication.declarations import MARTS, Mart
from publication.publish import PAGES, publish
from reports.regiopagina import FROM, TO, write_region_pages
from tests.reports.page_attacker import PageAttacker, numbers_in_words
from tests.reports.region import GEMEENTEN

YEARS = range(2016, 2022)
LAST = {year: date(year, 1 if year == 2021 else 12, 1) for year in YEARS}
APART = [mart for mart in MARTS if mart.apart]
KINDS = {"jaar": "integer", "tot_en_met": "date", "bijgewerkt_tot": "date"}


def region(seed: int) -> dict[str, Counter[tuple[object, ...]]]:
    """People with a domain, years and gemeenten, counted into the marts of the page: cells by key and measure."""
    rng = random.Random(seed)
    found: dict[str, Counter[tuple[object, ...]]] = {mart.name: Counter() for mart in APART}
    size = rng.choice([40, 120, 350])
    codes = [*list(GEMEENTEN)[: rng.randint(2, 9)], "ONBEKEND"]
    for regio in ("CG", "DAV"):
        for domain, perimeter, people in (("BW", "A", size), ("MO", "-", size), ("VO", "-", size // 4)):
            for _ in range(people):
                begin = rng.choice(YEARS)
                end = begin + rng.choice([0, 0, 1, 2, 9] if domain == "BW" else [0, 0, 0, 0, 1])
                origin, stay = (rng.choice(codes[: rng.randint(1, len(codes))]) for _ in range(2))
                kinds = rng.choice([*FROM][: rng.randint(1, 6)]), rng.choice([*TO][: rng.randint(1, 8)])
                twice = rng.random() < 0.02
                for year in YEARS:
                    at = (regio, year, domain, perimeter, "levering")
                    if not begin <= year <= end:
                        continue
                    total, gemeenten = found["mart_regio_jaar"], found["mart_gemeente_jaar"]
                    total[*at, "unieke_clienten"] += 1
                    comes, goes, stands = begin == year, end == year and year != 2021, end > year or year == 2021
                    times = 2 if twice and comes and goes else 1
                    total[*at, "stand_begin"] += not comes
                    total[*at, "instroom"] += comes * times
                    total[*at, "uitstroom"] += goes * times
                    total[*at, "stand_eind"] += stands
                    found["mart_stroom_jaar"][*at, "in", kinds[0], "aantal"] += comes * times
                    found["mart_stroom_jaar"][*at, "uit", kinds[1], "aantal"] += goes * times
                    for side, code in (("herkomst", origin), ("verblijf", stay)):
                        gemeenten[*at, side, code, "instroom"] += comes * times
                        gemeenten[*at, side, code, "stand_eind"] += stands
                    found["mart_herkomst_verblijf_jaar"][*at, origin, stay, "personen"] += stands
    waiting = found["mart_wachtlijst_jaar"]
    for _ in range(size // 2):
        begin = rng.choice(YEARS)
        end = begin + rng.choice([0, 0, 0, 1, 1, 2])
        leaves = rng.choice(["geplaatst", "geplaatst", "geplaatst", "uitgevallen"])
        for year in YEARS:
            if begin <= year <= end:
                waiting["DAV", year, "wachtend_begin"] += begin < year
                waiting["DAV", year, "instroom"] += begin == year
                waiting["DAV", year, leaves] += end == year and year != 2021
                waiting["DAV", year, "wachtend_eind"] += end > year or year == 2021
    return found


def fill(connection: psycopg.Connection, schema: str, found: dict[str, Counter[tuple[object, ...]]]) -> None:
    """Make the marts as dbt does: a row where somebody is, whole numbers, zero where nobody is."""
    connection.execute(f"create schema if not exists {schema}".encode())
    for mart in APART:
        names = [*mart.keys, *(measure.name for measure in mart.measures), *mart.free]
        kinds = {**dict.fromkeys(mart.keys, "text"), **{m.name: "integer" for m in mart.measures}, **KINDS}
        columns = ", ".join(f"{name} {kinds[name]}" for name in names)
        connection.execute(f"drop table if exists {schema}.{mart.name}".encode())
        connection.execute(f"create table {schema}.{mart.name} ({columns})".encode())
        cells = found[mart.name]
        for key in dict.fromkeys(key[:-1] for key, number in cells.items() if number):
            connection.execute(
                f"insert into {schema}.{mart.name} values ({', '.join(['%s'] * len(names))})".encode(),
                [*key, *(cells[*key, measure.name] for measure in mart.measures), *_free(mart, key)],
            )


def names(connection: psycopg.Connection) -> None:
    """Make what the page calls the gemeenten by."""
    connection.execute("create schema publicatie; create schema marts")
    for schema in ("publicatie", "marts"):
        connection.execute(f"create table {schema}.dim_gemeente (gemeente_code text, naam text)".encode())
        for row in GEMEENTEN.items():
            connection.execute(f"insert into {schema}.dim_gemeente values (%s, %s)".encode(), row)


def _free(mart: Mart, key: tuple[object, ...]) -> list[date]:
    year = key[mart.keys.index("jaar")]
    return [LAST[year] if name == "tot_en_met" else date(2021, 2, 1) for name in mart.free]  # type: ignore[index]


@pytest.mark.parametrize("seed", range(4))
def test_no_left_out_figure_can_be_calculated_from_a_page(warehouse: str, tmp_path: Path, seed: int) -> None:
    found = region(seed)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        names(connection)
        fill(connection, PAGES, found)
        exact = write_region_pages(tmp_path / "exact")
        fill(connection, "marts", found)
        assert publish(connection)["relaties_niet_sluitend"] == {}
    for with_all, page in zip(exact, write_region_pages(tmp_path / "published"), strict=True):
        truth, attacker = PageAttacker(with_all), PageAttacker(page)
        equations = attacker.equations(truth)
        assert len(equations) > 20
        assert len(attacker.unknown) > 10
        assert not [cell for cell, value in attacker.known.items() if 1 <= value <= 4]
        shown = {cell: value for cell, value in attacker.known.items() if not isnan(value)}
        assert shown == {cell: truth.known[cell] for cell in shown}
        assert attacker.by_elimination(equations) == {}
        assert attacker.by_bounds(equations, truth) == {}
        in_tables = {f"{value:.0f}" for value in attacker.known.values()}
        assert numbers_in_words(page) <= in_tables


def test_the_attacker_does_calculate_what_is_alone_in_a_sum(warehouse: str, tmp_path: Path) -> None:
    """An attacker who finds nothing anywhere proves nothing: one figure left out by hand is found at once."""
    hide = {
        "mart_regio_jaar": "stand_eind = null where jaar = 2018 and domein = 'BW'",
        "mart_stroom_jaar": "aantal = null where jaar = 2020 and domein = 'MO' and soort = 'nieuw'",
        "mart_herkomst_verblijf_jaar": "personen = null where herkomst_code = 'GM0505' and verblijf_code = 'GM0505'",
    }
    with psycopg.connect(warehouse, autocommit=True) as connection:
        names(connection)
        fill(connection, PAGES, region(1))
        truth = PageAttacker(write_region_pages(tmp_path)[0])
        for table, change in hide.items():
            connection.execute(f"update {PAGES}.{table} set {change}".encode())
        attacker = PageAttacker(write_region_pages(tmp_path)[0])
    equations = attacker.equations(truth)
    found = {cell for cell in attacker.unknown if not isnan(truth.known[cell])}
    assert len(found) >= 3
    assert attacker.by_elimination(equations) == {cell: truth.known[cell] for cell in found}
    assert set(attacker.by_bounds(equations, truth)) == found
