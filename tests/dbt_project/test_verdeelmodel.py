"""The scenario engine against a slow and obvious calculation, on scenarios nobody thought of, and its invariants.

Hypothesis draws gemeenten, clients and a scenario; the compiled SQL of the models runs on them in a transaction that is
rolled back. The calculation beside it is the wording of the definitions in fractions, one gemeente at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt_project.mutations import invoke

MODELS = (
    "int_verdeelmodel__grondslag",
    "int_verdeelmodel__kosten",
    "int_verdeelmodel__gebrek",
    "int_verdeelmodel__scenario",
    "int_verdeelmodel__tarief",
    "int_verdeelmodel__historisch",
    "int_verdeelmodel__objectief",
    "int_verdeelmodel__overleving",
    "int_verdeelmodel__ingroei",
    "int_verdeelmodel__wlz_deel",
    "int_verdeelmodel__eigen_kosten",
    "int_verdeelmodel__verdeling",
    "mart_verdeelmodel",
)
CENTRUM = "GM0202"
GEMEENTEN = (CENTRUM, "GM0274", "GM0293")
PSEUDO = ("BUITEN_REGIO", "ONBEKEND")
PRODUCTS = ("15Z03", "15Z04")
YEARS = range(2021, 2026)
PEILDATUM = date(2016, 1, 1)
#: Facts up to here: stocks of 1 January 2016 can be followed for three years.
AFKAP = date(2019, 2, 1)


@dataclass(frozen=True)
class Stay:
    """Client-days of one client in the base year."""

    herkomst: str
    verblijf: str
    product: str
    bron: str
    dagen: int
    wlz: bool


@dataclass
class World:
    """A region and a scenario for it."""

    stays: list[Stay]
    cohort: list[date | None]  # of each client of the peildatum: the day after the last
    maatstaven: dict[str, dict[str, int]]
    gewichten: dict[str, Fraction]
    budget: int  # in cents
    tarief: dict[str, int]
    tabel: list[Fraction]
    scenario: dict[str, Any] = field(default_factory=dict)


fractions = st.integers(0, 20).map(lambda n: Fraction(n, 20))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    place = st.sampled_from((*GEMEENTEN, *PSEUDO))
    stays = draw(
        st.lists(
            st.builds(
                Stay,
                place,
                place,
                st.sampled_from(PRODUCTS),
                st.sampled_from(("onbekend", "lvb_lokaal")),
                st.integers(1, 366),
                st.booleans(),
            ),
            max_size=12,
        )
    )
    ends = st.one_of(st.none(), st.dates(date(2016, 1, 2), AFKAP))
    first = draw(fractions)
    uitname = draw(st.sampled_from((None, "budget", "clienten", "clientdagen")))
    ingroei = draw(st.sampled_from(("lineair", "waargenomen", "tabel")))
    table = sorted(draw(st.lists(fractions, max_size=4)), reverse=True)
    return World(
        stays,
        draw(st.lists(ends, max_size=8)),
        {
            "inwoners": {code: draw(st.integers(1, 5000)) for code in GEMEENTEN},
            "ggz": {CENTRUM: draw(st.integers(1, 9)), **{code: draw(st.integers(0, 9)) for code in GEMEENTEN[1:]}},
        },
        {"inwoners": first, "ggz": 1 - first},
        draw(st.integers(0, 10**9)),
        {product: draw(st.integers(0, 300)) for product in PRODUCTS},
        [Fraction(1), *table],
        {
            "historisch": draw(st.sampled_from(("centrumgemeente", "verblijf", "herkomst"))),
            "pseudo_codes": draw(st.sampled_from(("zichtbaar", "centrumgemeente", "naar_rato"))),
            "zonder_financieringsbron": draw(st.sampled_from((None, "lvb_lokaal"))),
            "ingroei": "lineair" if ingroei == "lineair" else "cohort",
            "overleving": {"lineair": None, "waargenomen": "waargenomen", "tabel": "t"}[ingroei],
            "startjaar": draw(st.integers(2019, 2024)),
            "ingroei_jaren": draw(st.integers(1, 6)),
            "demping_per_inwoner": draw(st.sampled_from((None, 1, 500))),
            "wlz_uitname": uitname and "u",
            "wlz_toerekening": uitname,
            "wlz_regioaandeel": draw(st.sampled_from((None, Fraction(1, 8), Fraction(2)))),
        },
    )


# The calculation, in fractions.


def spread(world: World, of: Callable[[Stay], Fraction], side: str, *, base: bool) -> dict[str, Fraction]:
    """Something of every stay per gemeente, with pseudo-codes where the scenario lets them go."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for stay in world.stays:
        if stay.bron == world.scenario["zonder_financieringsbron"]:
            continue
        found[getattr(stay, side)] += of(stay)
    choice = world.scenario["pseudo_codes"]
    if choice == "centrumgemeente" or (world.scenario["historisch"] == "centrumgemeente" and base):
        moved = sum((found.pop(code, Fraction(0)) for code in PSEUDO), Fraction(0))
        found[CENTRUM] += moved
    if choice == "naar_rato":
        known = sum(amount for code, amount in found.items() if code not in PSEUDO)
        total = sum(found.values())
        if known > 0:
            return {code: amount * total / known for code, amount in found.items() if code not in PSEUDO}
    return dict(found)


def normal(parts: dict[str, Fraction]) -> dict[str, Fraction]:
    total = sum(parts.values())
    return {code: part / total for code, part in parts.items()} if total else {}


def historical(world: World) -> dict[str, Fraction]:
    side = world.scenario["historisch"]
    if side == "centrumgemeente":
        return {CENTRUM: Fraction(1)}
    shares = normal(spread(world, lambda stay: Fraction(stay.dagen), side, base=False))
    return {code: share for code, share in shares.items() if share} or {"ONBEKEND": Fraction(1)}


def objective(world: World) -> dict[str, Fraction]:
    found = dict.fromkeys(GEMEENTEN, Fraction(0))
    for k, weight in world.gewichten.items():
        for code, value in world.maatstaven[k].items():
            found[code] += weight * Fraction(value, sum(world.maatstaven[k].values()))
    return found


def survival(world: World, years: int) -> Fraction | float:
    """S: of a table, which stays at its last value, or as observed and then at the mean yearly rate."""
    if years <= 0:
        return Fraction(1)
    if world.scenario["overleving"] == "t":
        return world.tabel[min(years, len(world.tabel) - 1)]
    there = len(world.cohort)
    observed = AFKAP.year - PEILDATUM.year
    day = date(PEILDATUM.year + min(years, observed), 1, 1)
    left = sum(1 for end in world.cohort if end is not None and end <= day)
    share = Fraction(there - left, there) if there else Fraction(0)
    return share if years <= observed else float(share) ** (years / observed)


def uitname(world: World) -> tuple[int, dict[str, Fraction]]:
    """Cents taken for the Wlz, and each gemeente's own part when it is attributed by who goes over."""
    choice = world.scenario["wlz_toerekening"]
    if choice is None:
        return 0, {}
    measure: Callable[[Stay], Fraction] = lambda stay: Fraction(stay.wlz * (1 if choice == "clienten" else stay.dagen))  # noqa: E731
    paid = (measure(stay) for stay in world.stays if stay.bron != world.scenario["zonder_financieringsbron"])
    total = sum(paid, Fraction(0))
    share = world.scenario["wlz_regioaandeel"]
    if share is None:
        share = {
            "budget": Fraction(world.budget, 100 * 2_000_000),
            "clienten": total / 40,
            "clientdagen": total / 9000,
        }[choice]
    cents = min(world.budget, whole(Fraction(100 * 500_000) * share, 0))
    if choice == "budget" or total == 0:
        return cents, {}
    side = "herkomst" if world.scenario["historisch"] == "herkomst" else "verblijf"
    parts = normal(spread(world, measure, side, base=True))
    return cents, {code: part * cents for code, part in parts.items()}


def own_costs(world: World, *, after: bool) -> dict[str, Fraction]:
    """Cents that the clients of each gemeente of herkomst cost."""

    def cost(stay: Stay) -> Fraction:
        return Fraction(0) if after and stay.wlz else Fraction(100 * stay.dagen * world.tarief[stay.product])

    return spread(world, cost, "herkomst", base=False)


def whole(value: Fraction, digits: int) -> int:
    """The value in units of 10^-digits, a half away from zero."""
    scaled = value * 10**digits
    return int(Decimal(scaled.numerator * 10 // scaled.denominator).scaleb(-1).quantize(Decimal(1), ROUND_HALF_UP))


def cents(exact: dict[str, Fraction], total: int) -> dict[str, int]:
    """Largest remainder, remainders in millionths of a cent."""
    fine = {code: whole(value, 6) for code, value in exact.items()}
    given = {code: value // 10**6 for code, value in fine.items()}
    order = sorted(fine, key=lambda code: (-(fine[code] % 10**6), code))
    for code in order[: total - sum(given.values())]:
        given[code] += 1
    return given


def damped(
    world: World, wanted: list[Fraction], h: dict[str, Fraction], o: dict[str, Fraction], money: Fraction
) -> Any:
    """Each year as far as wanted, but nobody further than so many euros per inhabitant."""
    limit = world.scenario["demping_per_inwoner"]
    if limit is None:
        return wanted
    found, now = [], Fraction(0)
    for alfa in wanted:
        steps = [
            Fraction(100 * limit * world.maatstaven["inwoners"][code]) / (abs(o[code] - h.get(code, 0)) * money)
            for code in GEMEENTEN
            if o[code] != h.get(code, 0) and money
        ]
        now = min([Fraction(alfa), *(now + step for step in steps)])
        found.append(now)
    return found


def expected(world: World) -> dict[tuple[int, str], dict[str, Any]]:
    h, o = historical(world), objective(world)
    taken, own_part = uitname(world)
    start, period = world.scenario["startjaar"], world.scenario["ingroei_jaren"]
    wanted = [
        min(Fraction(1), max(Fraction(0), Fraction(year - start + 1, period)))
        if world.scenario["ingroei"] == "lineair"
        else Fraction(1 - survival(world, year - start))
        for year in YEARS
    ]
    costs = own_costs(world, after=world.scenario["wlz_toerekening"] is not None)
    budget = world.budget - taken
    money = Fraction(world.budget if own_part else budget)
    codes = {*GEMEENTEN, *h, *own_part, *costs}
    found = {}
    for year, alfa in zip(YEARS, damped(world, wanted, h, o, money), strict=True):
        shares = {code: (1 - alfa) * h.get(code, 0) + alfa * o.get(code, 0) for code in codes}
        amounts = cents({code: share * money - own_part.get(code, 0) for code, share in shares.items()}, budget)
        before = cents({code: h.get(code, Fraction(0)) * money - own_part.get(code, 0) for code in codes}, budget)
        for code in codes:
            found[year, code] = {
                "aandeel_historisch": h.get(code, Fraction(0)),
                "aandeel_objectief": o.get(code, Fraction(0)),
                "alfa": alfa,
                "aandeel": shares[code],
                "bedrag": amounts[code],
                "verschil_historisch": amounts[code] - before[code],
                "verschil_eigen_kosten": whole(amounts[code] - costs.get(code, Fraction(0)), 0),
                "budget": budget,
            }
    return found


# The models.


@pytest.fixture(scope="module")
def queries(relations: str, project: Path) -> dict[str, tuple[str, str]]:
    """Schema and compiled SQL of every model of the engine."""
    invoke(project, relations, "compile", "--select", *MODELS)
    compiled = project.parent / "target" / "compiled"
    found = {}
    for model in MODELS:
        (path,) = [
            path
            for path in compiled.rglob(f"{model}.sql")
            if path.is_file() and not any(part.endswith(".yml") for part in path.parts)  # unit tests are compiled too
        ]
        schema = "marts" if model.startswith("mart_") else "intermediate"
        found[model] = (schema, path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def database(relations: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(relations) as connection:
        yield connection
        connection.rollback()


def fill(connection: psycopg.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    connection.execute(f"truncate {table}")
    if rows:
        names = list(rows[0])
        query = f"insert into {table} ({', '.join(names)}) values ({', '.join(['%s'] * len(names))})"
        with connection.cursor() as cursor:
            cursor.executemany(query, [[number(row[name]) for name in names] for row in rows])


def number(value: Any) -> Any:
    return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value


def deliver(connection: psycopg.Connection, world: World) -> None:
    """Put a world into the seeds and the models the engine reads."""
    key = {"regio": "CG", "basis": "levering", "jaar": 2020}
    clients = list(enumerate(world.stays))
    fill(
        connection,
        "intermediate.int_verdeelmodel__clientdagen",
        [
            key
            | {"episode_id": f"e{n}", "persoon_sk": f"p{n}", "herkomst": stay.herkomst, "verblijf": stay.verblijf}
            | {"product_code": stay.product, "financieringsbron": stay.bron, "wlz_proxy": stay.wlz, "dagen": stay.dagen}
            for n, stay in clients
        ],
    )
    fill(
        connection,
        "intermediate.int_verdeelmodel__wlz",
        [
            key
            | {"episode_id": f"e{n}", "herkomst": stay.herkomst, "verblijf": stay.verblijf}
            | {"financieringsbron": stay.bron, "product_code": stay.product}
            for n, stay in clients
            if stay.wlz
        ],
    )
    episode = {"regio": "CG", "basis": "levering", "domein": "BW", "perimeter": "A", "s": date(2015, 6, 1)}
    fill(
        connection,
        "intermediate.int_episode",
        [episode | {"episode_id": f"c{n}", "e": end or date(9999, 12, 31)} for n, end in enumerate(world.cohort)],
    )
    fill(connection, "staging.stg_levering__nacht", [{"nacht_id": 1, "datum": AFKAP, "afkap": AFKAP}])
    fill(
        connection,
        "referentie.regio_lid",
        [{"regio": "CG", "gemeente_code": code, "centrumgemeente": code == CENTRUM} for code in GEMEENTEN],
    )
    fill(
        connection,
        "referentie.maatstaf",
        [
            {"maatstaf": k, "jaar": 2020, "gemeente_code": code, "waarde": value, "bron": "test"}
            for k, values in world.maatstaven.items()
            for code, value in values.items()
        ],
    )
    weights = [
        {"scenario": "s", "maatstaf": k, "gewicht": w, "status": "illustratief"} for k, w in world.gewichten.items()
    ]
    fill(connection, "referentie.maatstaf_gewicht", weights)
    money = Fraction(world.budget, 100)
    budgets = [{"budget": "b", "jaar": year, "bedrag": money, "status": "illustratief"} for year in YEARS]
    fill(connection, "referentie.verdeelmodel_budget", budgets)
    fill(
        connection,
        "referentie.wlz_uitname",
        [
            {"wlz_uitname": "u", "vanaf_jaar": 2021, "bedrag": 500_000, "landelijk_budget": 2_000_000}
            | {"landelijke_clienten": 40, "landelijke_clientdagen": 9000, "status": "illustratief"}
        ],
    )
    fill(
        connection,
        "referentie.overlevingstabel",
        [{"tabel": "t", "jaren": n, "aandeel": share} for n, share in enumerate(world.tabel)],
    )
    fill(
        connection,
        "referentie.tarief",
        [
            {"product_code": product, "geldig_van": PEILDATUM, "bedrag_per_dag": amount, "status": "illustratief"}
            for product, amount in world.tarief.items()
        ],
    )
    row = {"scenario": "s", "regio": "CG", "basis": "levering", "basisjaar": 2020, "maatstafjaar": 2020, "budget": "b"}
    years = {"eerste_jaar": YEARS[0], "laatste_jaar": YEARS[-1], "cohort_peildatum": PEILDATUM}
    fill(connection, "referentie.verdeelmodel_scenario", [row | years | world.scenario])


def calculate(
    connection: psycopg.Connection, queries: dict[str, tuple[str, str]]
) -> dict[tuple[int, str], dict[str, Any]]:
    for model, (schema, query) in queries.items():
        connection.execute(f"truncate {schema}.{model}")
        connection.execute(f"insert into {schema}.{model} select * from ({query}) as model".encode())
    (wrong,) = connection.execute("select array_agg(gebrek) from intermediate.int_verdeelmodel__gebrek").fetchall()
    assert wrong == (None,)
    names = ("aandeel_historisch", "aandeel_objectief", "alfa", "aandeel")
    money = ("bedrag", "verschil_historisch", "verschil_eigen_kosten")
    rows = connection.execute(
        f"""select jaar, gemeente_code, {", ".join(names)}, {", ".join(f"(100 * {name})::bigint" for name in money)},
                   (select (100 * scenario.budget)::bigint from intermediate.int_verdeelmodel__scenario as scenario
                    where scenario.jaar = mart.jaar)
            from marts.mart_verdeelmodel as mart""".encode()
    ).fetchall()
    return {(row[0], row[1]): dict(zip((*names, *money, "budget"), row[2:], strict=True)) for row in rows}


@given(world=worlds())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_engine_is_the_wording_of_the_definitions(
    world: World, database: psycopg.Connection, queries: dict[str, tuple[str, str]]
) -> None:
    database.rollback()
    deliver(database, world)
    found = calculate(database, queries)
    _invariants(found)
    wanted = expected(world)
    assert found.keys() == wanted.keys()
    beyond_observation = world.scenario["overleving"] == "waargenomen"  # a root: no fraction
    for key, row in wanted.items():
        for name in ("aandeel_historisch", "aandeel_objectief", "alfa", "aandeel"):
            assert abs(float(found[key][name]) - float(row[name])) < 1e-12, (key, name)
        for name in ("bedrag", "verschil_historisch", "verschil_eigen_kosten", "budget"):
            # Own costs are a difference that nothing adds up to: of a share of endless digits PostgreSQL keeps some
            # twenty, so that a half cent may fall either way.
            half = name == "verschil_eigen_kosten"
            assert abs(found[key][name] - row[name]) <= (beyond_observation or half), (key, name)


def _invariants(found: dict[tuple[int, str], dict[str, Any]]) -> None:
    """What holds whatever the scenario."""
    for year in YEARS:
        rows = [row for (when, _), row in found.items() if when == year]
        for name in ("aandeel_historisch", "aandeel_objectief", "aandeel"):
            assert abs(sum(row[name] for row in rows) - 1) <= Decimal("1e-9")
        assert sum(row["bedrag"] for row in rows) == rows[0]["budget"]
        assert sum(row["verschil_historisch"] for row in rows) == 0
        for row in rows:
            assert 0 <= row["alfa"] <= 1
            assert row["alfa"] != 0 or (row["aandeel"] == row["aandeel_historisch"] and row["verschil_historisch"] == 0)
            assert row["alfa"] != 1 or row["aandeel"] == row["aandeel_objectief"]
    for code in {code for _, code in found}:
        path = [found[year, code] for year in YEARS]
        direction = path[0]["aandeel_objectief"] - path[0]["aandeel_historisch"]
        for one, next_one in pairwise(path):
            assert (next_one["aandeel"] - one["aandeel"]) * direction >= 0
