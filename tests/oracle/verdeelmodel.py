"""The verdeelmodel (section F of the definitions, mart_verdeelmodel): the arithmetic of every scenario done again."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

from tests.oracle.basics import DAY, Mart
from tests.oracle.lives import World

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_verdeelmodel": (
        ("scenario", "jaar", "gemeente_code"),
        (
            "aandeel_historisch",
            "aandeel_objectief",
            "alfa",
            "aandeel",
            "bedrag",
            "verschil_historisch",
            "verschil_eigen_kosten",
            "status",
        ),
    )
}
SEEDS = Path(__file__).resolve().parents[2] / "dbt_project/seeds/verdeelmodel"
CENTRE = {"DAV": "GM0505", "CG": "GM0202"}
CENT = Decimal("0.01")
Shares = dict[str, Decimal]


def seed(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def linear(year: int, start: int, years: int) -> Decimal:
    """Return α of linear ingroei: min(1, max(0, (t - t0 + 1) / N))."""
    return min(Decimal(1), max(Decimal(0), Decimal(year - start + 1) / years))


def largest_remainder(shares: Shares, total: Decimal) -> Shares:
    """Divide an amount to the cent: the floor of every part, the cents left over to the largest remainders."""
    exact = {code: share * total for code, share in shares.items()}
    found = {code: part.quantize(CENT, ROUND_FLOOR) for code, part in exact.items()}
    left = int((total - sum(found.values())) / CENT)
    for code in sorted(shares, key=lambda c: (found[c] - exact[c], c))[:left]:
        found[code] += CENT
    return found


def by_weights(weights: dict[str, Decimal], measures: dict[str, Shares]) -> Shares:
    """Return o_g = Σ w_k · x_gk / Σ_j x_jk."""
    out: Shares = defaultdict(Decimal)
    for name, weight in weights.items():
        total = sum(measures[name].values())
        for code, value in measures[name].items():
            out[code] += weight * value / total
    return dict(out)


def client_days(world: World, region: str, basis: str, year: int) -> dict[str, Counter[str]]:
    """Return the client-days of BW, perimeter A, in a year, by herkomst and by verblijf."""
    days: dict[str, Counter[str]] = {"herkomst": Counter(), "verblijf": Counter()}
    for life in world.lives:
        for episode in life.episodes:
            if (episode.region, episode.domain, episode.basis, episode.perimeter) != (region, "BW", basis, "A"):
                continue
            for segment in episode.segments:
                day = max(segment.first, date(year, 1, 1))
                while day <= segment.last and day < world.horizon and day.year == year:
                    for of, counted in days.items():
                        counted[episode.gemeente(of, segment)] += 1
                    day += DAY
    return days


def historical(world: World, scenario: dict[str, str]) -> Shares:
    """Return h_g: the centrumgemeente, or client-days by verblijf or herkomst."""
    if scenario["historisch"] == "centrumgemeente":
        return {CENTRE[scenario["regio"]]: Decimal(1)}
    days = client_days(world, scenario["regio"], scenario["basis"], int(scenario["basisjaar"]))[scenario["historisch"]]
    return {code: Decimal(number) / sum(days.values()) for code, number in days.items()}


def compute(world: World) -> dict[str, Mart]:
    """Return mart_verdeelmodel."""
    mart: Mart = {}
    if not SEEDS.is_dir():
        return {"mart_verdeelmodel": mart}
    budgets = {(row["budget"], int(row["jaar"])): Decimal(row["bedrag"]) for row in seed("verdeelmodel_budget")}
    for scenario in seed("verdeelmodel_scenario"):
        if scenario["ingroei"] != "lineair" or scenario["wlz_uitname"] or scenario["demping_per_inwoner"]:
            continue
        weights = {
            r["maatstaf"]: Decimal(r["gewicht"])
            for r in seed("maatstaf_gewicht")
            if r["scenario"] == scenario["scenario"]
        }
        measures: dict[str, Shares] = defaultdict(dict)
        for row in sorted(seed("maatstaf"), key=lambda r: int(r["jaar"])):
            if int(row["jaar"]) <= int(scenario["maatstafjaar"]):
                measures[row["maatstaf"]][row["gemeente_code"]] = Decimal(row["waarde"])
        h, o = historical(world, scenario), by_weights(weights, measures)
        for year in range(int(scenario["eerste_jaar"]), int(scenario["laatste_jaar"]) + 1):
            alpha = linear(year, int(scenario["startjaar"]), int(scenario["ingroei_jaren"]))
            codes = sorted(h.keys() | o.keys())
            shares = {code: (1 - alpha) * h.get(code, Decimal(0)) + alpha * o.get(code, Decimal(0)) for code in codes}
            total = budgets[(scenario["budget"], year)]
            amounts = largest_remainder(shares, total)
            for code in codes:
                mart[(scenario["scenario"], year, code)] = {
                    "aandeel_historisch": h.get(code, Decimal(0)),
                    "aandeel_objectief": o.get(code, Decimal(0)),
                    "alfa": alpha,
                    "aandeel": shares[code],
                    "bedrag": amounts[code],
                    "verschil_historisch": amounts[code] - h.get(code, Decimal(0)) * total,
                    "verschil_eigen_kosten": None,
                    "status": "illustratief",
                }
    return {"mart_verdeelmodel": mart}
