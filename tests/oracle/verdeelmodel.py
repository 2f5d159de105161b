"""The verdeelmodel (section F of the definitions, mart_verdeelmodel): the arithmetic of every scenario done again.

Scenarios, measures, weights, budgets and tariffs are data: the project's seeds. F says what h, o, α, S and the amounts
are; followed are these choices of the model:
- Client-days are of BW, perimeter A, of the `basisjaar`. What lies with no gemeente has a row of its own, or is borne
  by the centrumgemeente or by all in proportion (`pseudo_codes`). Without any day ONBEKEND has it all.
- S of a cohort is who is still in the same episode on 1 January of the year (t0: 1, so α = 0); beyond the data it goes
  on at its mean yearly rate, a table stays at its last value.
- Damping shortens everyone's step of a year alike, so that nobody's amount changes more per inhabitant; the rest is
  made up for later.
- The uitname comes off the budget, or, attributed to who goes over (the proxy of Q-14 at the end of the basisjaar), off
  the gemeente's own part.
- `verschil_historisch` is against the same money divided by history, to the cent; the own costs are the days by
  herkomst at the tariffs of 1 January of the year, without who has gone over.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path

from tests.oracle.basics import (
    DAY,
    NOT_REGISTERED,
    OUTSIDE,
    REGION_MEMBERS,
    UNKNOWN,
    Mart,
    add_months,
)
from tests.oracle.lives import Episode, World

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
            *("status", "regio", "alfa_bron", "inwoners"),
        ),
    )
}
SEEDS = Path(__file__).resolve().parents[2] / "dbt_project/seeds/verdeelmodel"
CENTRE = {"DAV": "GM0505", "CG": "GM0202"}
PSEUDO = {OUTSIDE, NOT_REGISTERED, UNKNOWN}
WLZ_MONTHS, WLZ_RANK = 60, 4  # Q-14: the heaviest product and more than five years
CENT = Decimal("0.01")
Row = dict[str, str]
Shares = dict[str, Decimal]


def seed(name: str) -> list[Row]:
    """Return the rows of a seed."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# ------------------------------------------------------------------------------------------------ arithmetic


def linear(year: int, start: int, years: int) -> Decimal:
    """Return α of linear ingroei: min(1, max(0, (t - t0 + 1) / N))."""
    return min(Decimal(1), max(Decimal(0), Decimal(year - start + 1) / years))


def damped(targets: list[Decimal], steps: list[Decimal]) -> list[Decimal]:
    """Return α per year when no year may step further than so much."""
    alphas: list[Decimal] = []
    for target, step in zip(targets, steps, strict=True):
        alphas.append(min(target, (alphas[-1] if alphas else Decimal(0)) + step))
    return alphas


def largest_remainder(parts: Shares, total: Decimal) -> Shares:
    """Bring parts to whole cents that add up to the total.

    Everyone has the cents below the exact part, and the cents that are left go to the largest remainders; of equal ones
    (in millionths of a cent) to the lowest code.
    """
    exact = {code: (100 * part).quantize(Decimal("1e-6"), ROUND_HALF_UP) for code, part in parts.items()}
    cents = {code: part.to_integral_value(ROUND_FLOOR) for code, part in exact.items()}
    left = int(100 * total - sum(cents.values()))
    for code in sorted(parts, key=lambda c: (cents[c] - exact[c], c))[: max(left, 0)]:
        cents[code] += 1
    return {code: number / 100 for code, number in cents.items()}


def by_weights(weights: dict[str, Decimal], measures: dict[str, Shares]) -> Shares:
    """Return o_g = Σ w_k · x_gk / Σ_j x_jk."""
    out: Shares = defaultdict(Decimal)
    for name, weight in weights.items():
        total = sum(measures[name].values())
        for code, value in measures[name].items():
            out[code] += weight * value / total
    return dict(out)


def proportions(parts: dict[str, int]) -> Shares:
    """Return what part of the whole everyone has."""
    total = sum(parts.values())
    return {code: Decimal(part) / total for code, part in parts.items()}


# ------------------------------------------------------------------------------------------------ what was delivered


@dataclass
class Ground:
    """Client-days of one regio, basis and year, and who may go over to the Wlz at the end of it."""

    days: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # by herkomst and by verblijf
    wlz_days: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    wlz_clients: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    costly: Counter[tuple[str, str]] = field(default_factory=Counter)  # (herkomst, product) -> days
    wlz_costly: Counter[tuple[str, str]] = field(default_factory=Counter)


def in_perimeter(world: World, region: str, basis: str) -> list[Episode]:
    """Return the episodes of BW, perimeter A."""
    return [
        episode
        for life in world.lives
        for episode in life.episodes
        if (episode.region, episode.domain, episode.basis, episode.perimeter) == (region, "BW", basis, "A")
    ]


def goes_over(episode: Episode, year: int, midnight: date) -> bool:
    """Say whether a client may go over to the Wlz at the last midnight of a year (Q-14)."""
    return (
        date(year, 1, 1) < midnight
        and episode.first < midnight <= episode.last
        and episode.on_night_before(midnight).placement.rank == WLZ_RANK
        and midnight > add_months(episode.first, WLZ_MONTHS) + DAY
    )


def ground_of(world: World, region: str, basis: str, year: int) -> Ground:
    """Walk the days of a year."""
    ground = Ground()
    midnight = min(date(year + 1, 1, 1), world.horizon)
    for episode in in_perimeter(world, region, basis):
        over = goes_over(episode, year, midnight)
        if over:
            for of in ("herkomst", "verblijf"):
                ground.wlz_clients[of][episode.gemeente(of, episode.on_night_before(midnight))] += 1
        for segment in episode.segments:
            day = max(segment.first, date(year, 1, 1))
            while day <= segment.last and day < midnight:
                for of in ("herkomst", "verblijf"):
                    place = episode.gemeente(of, segment)
                    ground.days[of][place] += 1
                    if over:
                        ground.wlz_days[of][place] += 1
                ground.costly[(episode.origin, segment.product)] += 1
                if over:
                    ground.wlz_costly[(episode.origin, segment.product)] += 1
                day += DAY
    return ground


def survival(world: World, region: str, basis: str, on: date) -> list[Decimal]:
    """Return S after 0, 1, 2, … years, as far as the data go: who is still in the episode of that day."""
    stock = [episode for episode in in_perimeter(world, region, basis) if episode.first < on <= episode.last]
    shares: list[Decimal] = []
    while (day := add_months(on, 12 * len(shares))) <= world.horizon:
        left = sum(1 for episode in stock if day <= episode.last)
        shares.append(Decimal(left) / len(stock) if stock else Decimal(0))
    return shares


# ------------------------------------------------------------------------------------------------ a scenario


class Scenario:
    """One row of `verdeelmodel_scenario`."""

    def __init__(self, world: World, row: Row, ground: Ground) -> None:
        self.world, self.row, self.ground = world, row, ground
        self.name, self.region, self.history = row["scenario"], row["regio"], row["historisch"]
        self.centre = CENTRE[self.region]
        self.years = range(int(row["eerste_jaar"]), int(row["laatste_jaar"]) + 1)
        self.start = int(row["startjaar"])
        self.budgets = {int(r["jaar"]): r for r in seed("verdeelmodel_budget") if r["budget"] == row["budget"]}
        self.weights = [r for r in seed("maatstaf_gewicht") if r["scenario"] == self.name]
        self.uitname = next((r for r in seed("wlz_uitname") if r["wlz_uitname"] == row["wlz_uitname"]), None)

    def bearer(self, code: str, *, of_wlz: bool = False) -> str:
        """Return the row that bears what lies with a code."""
        centre = self.row["pseudo_codes"] == "centrumgemeente" or (of_wlz and self.history == "centrumgemeente")
        return self.centre if code in PSEUDO and centre else code

    def borne(self, parts: dict[str, int], *, of_wlz: bool = False) -> dict[str, int]:
        """Put every part with who bears it; in proportion to the gemeenten, pseudo-codes fall away."""
        out: Counter[str] = Counter()
        for code, part in parts.items():
            out[self.bearer(code, of_wlz=of_wlz)] += part
        known = {code: part for code, part in out.items() if code not in PSEUDO}
        return known if self.row["pseudo_codes"] == "naar_rato" and sum(known.values()) else dict(out)

    def historical(self) -> Shares:
        """Return h."""
        if self.history == "centrumgemeente":
            return {self.centre: Decimal(1)}
        parts = self.borne({code: n for code, n in self.ground.days[self.history].items() if n})
        return proportions(parts) if parts else {UNKNOWN: Decimal(1)}

    def measures(self) -> dict[str, Shares]:
        """Return the values per gemeente of every measure in its latest year up to maatstafjaar."""
        members = {f"GM{code}" for code in REGION_MEMBERS[self.region]}
        rows = [r for r in seed("maatstaf") if r["gemeente_code"] in members]
        rows = [r for r in rows if int(r["jaar"]) <= int(self.row["maatstafjaar"])]
        latest = {
            name: max(int(r["jaar"]) for r in rows if r["maatstaf"] == name) for name in {r["maatstaf"] for r in rows}
        }
        found: dict[str, Shares] = defaultdict(dict)
        for r in rows:
            if int(r["jaar"]) == latest[r["maatstaf"]]:
                found[r["maatstaf"]][r["gemeente_code"]] = Decimal(r["waarde"])
        return found

    def targets(self) -> list[tuple[Decimal, str]]:
        """Return α per year before damping, and where it comes from."""
        if self.row["ingroei"] == "lineair":
            return [(linear(year, self.start, int(self.row["ingroei_jaren"])), "lineair") for year in self.years]
        observed = self.row["overleving"] == "waargenomen"
        if observed:
            known = survival(
                self.world, self.region, self.row["basis"], date.fromisoformat(self.row["cohort_peildatum"])
            )
        else:
            rows = [r for r in seed("overlevingstabel") if r["tabel"] == self.row["overleving"]]
            known = [Decimal(r["aandeel"]) for r in sorted(rows, key=lambda r: int(r["jaren"]))]
        alphas = []
        for passed in (year - self.start for year in self.years):
            within = passed <= 0 or passed < len(known)
            source = "tabel" if not observed else "waargenomen" if within else "voortgezet"
            if passed <= 0 or (observed and len(known) < 2):
                alpha = Decimal(0)
            elif passed < len(known):
                alpha = 1 - known[passed]
            elif observed:
                rate = Decimal(passed) / (len(known) - 1)
                alpha = 1 - (known[-1] ** rate if known[-1] else Decimal(0))
            else:
                alpha = 1 - known[-1]
            alphas.append((alpha, source))
        return alphas

    def money(self, year: int) -> tuple[Decimal, Decimal, Shares]:
        """Return the budget after uitname, what is divided by shares, and what each then gives up."""
        before = Decimal(self.budgets[year]["bedrag"])
        if self.uitname is None or year < int(self.uitname["vanaf_jaar"]):
            return before, before, {}
        how = self.row["wlz_toerekening"]
        of = "herkomst" if self.history == "herkomst" else "verblijf"
        over = self.ground.wlz_clients if how == "clienten" else self.ground.wlz_days
        gone = sum(over["herkomst"].values())
        if self.row["wlz_regioaandeel"]:
            share = Decimal(self.row["wlz_regioaandeel"])
        elif how == "budget":
            share = before / Decimal(self.uitname["landelijk_budget"])
        else:
            share = Decimal(gone) / Decimal(self.uitname[f"landelijke_{how}"])
        taken = min(before, (Decimal(self.uitname["bedrag"]) * share).quantize(CENT, ROUND_HALF_UP))
        if how == "budget" or not gone:
            return before - taken, before - taken, {}
        codes = self.ground.wlz_days[of].keys() | self.ground.wlz_clients[of].keys()
        parts = proportions(self.borne({code: over[of][code] for code in codes}, of_wlz=True))
        return before - taken, before, {code: taken * part for code, part in parts.items()}

    def own_costs(self, year: int) -> dict[str, Decimal | None]:
        """Return what the clients of each gemeente of herkomst cost; None without a tariff."""
        tariffs: dict[str, Decimal] = {}
        for r in sorted(seed("tarief"), key=lambda r: r["geldig_van"]):
            if date.fromisoformat(r["geldig_van"]) <= date(year, 1, 1):
                tariffs[r["product_code"]] = Decimal(r["bedrag_per_dag"])
        gone = self.uitname is not None and year >= int(self.uitname["vanaf_jaar"])
        costs: dict[str, Decimal] = defaultdict(Decimal)
        unknown = set()
        for (origin, product), days in self.ground.costly.items():
            bearer = self.bearer(origin)
            costs[bearer] += 0
            if product not in tariffs:
                unknown.add(bearer)
                continue
            costs[bearer] += (days - (self.ground.wlz_costly[(origin, product)] if gone else 0)) * tariffs[product]
        known = sum(cost for code, cost in costs.items() if code not in PSEUDO)
        if self.row["pseudo_codes"] == "naar_rato" and known > 0:
            whole = sum(costs.values())
            costs = {code: cost * whole / known for code, cost in costs.items() if code not in PSEUDO}
        return {code: None if code in unknown else cost for code, cost in costs.items()}

    def status(self, year: int) -> str:
        """Return officieel when every weight and amount is."""
        used = [*self.weights, self.budgets[year], *([self.uitname] if self.uitname else [])]
        return "officieel" if all(row["status"] == "officieel" for row in used) else "illustratief"

    def rows(self) -> Mart:
        """Return the rows of this scenario."""
        mart: Mart = {}
        h, measures = self.historical(), self.measures()
        o = by_weights({r["maatstaf"]: Decimal(r["gewicht"]) for r in self.weights}, measures)
        money = {year: self.money(year) for year in self.years}
        targets = self.targets()
        alphas = [alpha for alpha, _ in targets]
        if limit := self.row["demping_per_inwoner"]:
            most = max(abs(o[c] - h.get(c, Decimal(0))) / people for c, people in measures["inwoners"].items())
            steps = [Decimal(limit) / (most * money[y][1]) if most * money[y][1] else Decimal(1) for y in self.years]
            alphas = damped(alphas, steps)
        for year, alpha, (_, source) in zip(self.years, alphas, targets, strict=True):
            budget, divided, gives_up = money[year]
            costs = self.own_costs(year)
            codes = {f"GM{code}" for code in REGION_MEMBERS[self.region]} | h.keys() | gives_up.keys() | costs.keys()
            old = {code: h.get(code, Decimal(0)) for code in codes}
            share = {code: (1 - alpha) * old[code] + alpha * o.get(code, Decimal(0)) for code in codes}
            lost = {code: gives_up.get(code, Decimal(0)) for code in codes}
            amount = largest_remainder({code: share[code] * divided - lost[code] for code in codes}, budget)
            before = largest_remainder({code: old[code] * divided - lost[code] for code in codes}, budget)
            for code in codes:
                cost = costs.get(code, Decimal(0))
                mart[(self.name, year, code)] = {
                    "aandeel_historisch": old[code],
                    "aandeel_objectief": o.get(code, Decimal(0)),
                    "alfa": alpha,
                    "aandeel": share[code],
                    "bedrag": amount[code],
                    "verschil_historisch": amount[code] - before[code],
                    "verschil_eigen_kosten": None
                    if cost is None
                    else (amount[code] - cost).quantize(CENT, ROUND_HALF_UP),
                    "status": self.status(year),
                    "regio": self.region,
                    "alfa_bron": source,
                    "inwoners": measures["inwoners"].get(code),
                }
        return mart


def compute(world: World) -> dict[str, Mart]:
    """Return mart_verdeelmodel; raises ValueError when care is attributed to another budget (Q-35).

    No supplier says who pays, and the list a region may fill in is empty: the oracle has no other days to leave out.
    """
    mart: Mart = {}
    if SEEDS.is_dir():
        if seed("financieringsbron"):
            raise ValueError("the oracle does not know days paid from another budget")
        grounds: dict[tuple[str, str, int], Ground] = {}
        for row in seed("verdeelmodel_scenario"):
            of = (row["regio"], row["basis"], int(row["basisjaar"]))
            if of not in grounds:
                grounds[of] = ground_of(world, *of)
            mart |= Scenario(world, row, grounds[of]).rows()
    return {"mart_verdeelmodel": mart}
