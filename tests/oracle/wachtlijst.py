"""The waiting list (D.6; mart_wachtlijst, mart_wachtlijst_jaar): spells of SDD's list and a balance of their own.

Only DAV has one. What the specification leaves open, chosen here:
- A spell is one row of the list in force, known by indicatie_nummer and wachtend_sinds; a row that is no longer in
  the list in force was withdrawn (E40) and never counts. Of two rows with one key in one list the last counts.
- `wachtend_tot` is the last day of waiting (dates are inclusive), so a spell is [wachtend_sinds, wachtend_tot + 1).
- A spell that ended for any reason but `geplaatst`, or for none, is uitgevallen: otherwise the balance would not close.
- A status that is not on the list of deliveries.md, or none, is `onbekend`.
- Death cuts a wait like everything of a person (D.0), and is no placement.
- Statuses shown before the first day of waiting count as the one it begins with; after the last day they count no more.
- A year has a row when somebody waits in it; of a year that is not over the last complete month is the end.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tests.oracle.basics import DAY, Mart, count, mean, month_of, percentile, person_of, place_name
from tests.oracle.lives import World

REGION = "DAV"
STATUSES = {"urgent", "actief", "voorkeur", "voorzorg"}
BALANCE = (
    "wachtend_begin",
    "instroom",
    "geplaatst",
    "uitgevallen",
    "wissel_in",
    "wissel_uit",
    "wachtend_eind",
    "verschil",
)
STATISTICS = ("dagen_gemiddeld", "dagen_p25", "dagen_p50", "dagen_p75", "dagen_p90")
VIEWS = ("gerealiseerd", "wachtend")
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_wachtlijst": (
        ("regio", "gemeente_code", "maand", "wachtstatus"),
        (
            *BALANCE,
            *(f"n_{view}" for view in VIEWS),
            *(f"{statistic}_{view}" for view in VIEWS for statistic in STATISTICS),
        ),
    ),
    "mart_wachtlijst_jaar": (
        ("regio", "jaar"),
        ("wachtend_begin", "instroom", "geplaatst", "uitgevallen", "wachtend_eind", "tot_en_met"),
    ),
}


@dataclass
class Spell:
    """One wait, from its first day to its last (None: still waiting at the end of the last complete month)."""

    number: str  # of the indicatie
    gemeente: str
    first: date
    last: date | None
    placed: bool
    shown: list[tuple[date, str]]  # leverdatum that first shows a status, and the status

    def status(self, day: date) -> str:
        """Return the status on a day: the last one shown by then; the first one before that."""
        return [status for since, status in self.shown if since <= day or since == self.shown[0][0]][-1]


def spells_of(world: World) -> list[Spell]:
    """Return the spells of the list in force, cut at death (D.0) and at the end of the last complete month."""
    if not world.delivered.waiting_lists:
        return []
    shown: dict[tuple[str, date], list[tuple[date, str]]] = defaultdict(list)
    in_force: dict[tuple[str, date], dict] = {}
    for delivered_on, rows in world.delivered.waiting_lists:
        in_force = {(row["indicatie_nummer"], row["wachtend_sinds"]): row for row in rows}
        for key, row in in_force.items():
            status = row["wachtstatus"] if row["wachtstatus"] in STATUSES else "onbekend"
            if not shown[key] or shown[key][-1][1] != status:
                shown[key].append((delivered_on, status))
    spells = []
    for (number, since), row in in_force.items():
        indication = world.placements.indications.get(number)
        gemeente = place_name(indication["gemeente_herkomst"] if indication else None, REGION)
        last, placed = row["wachtend_tot"], row["reden_uit"] == "geplaatst"
        death = world.placements.deaths.get(person_of(row))
        if death and death < world.horizon:
            if since > death:
                continue
            if last is None or last > death:
                last, placed = death, False
        if since >= world.horizon:
            continue
        if last and last >= world.horizon:
            last = None
        spells.append(Spell(number, gemeente, since, last, placed, shown[(number, since)]))
    return spells


def compute(world: World) -> dict[str, Mart]:
    """Return the marts of the waiting list."""
    spells = spells_of(world)
    return {
        "mart_wachtlijst": _by_month(spells, world.horizon),
        "mart_wachtlijst_jaar": _by_year(spells, world.horizon),
    }


def _by_month(spells: list[Spell], horizon: date) -> Mart:
    """Walk every spell day by day."""
    mart: Mart = {}
    days: dict[tuple, list[int]] = defaultdict(list)  # (key, view) -> days waited
    for spell in spells:

        def key(day: date, spell: Spell = spell) -> tuple:
            return (REGION, spell.gemeente, month_of(day), spell.status(day))

        count(mart, key(spell.first), "instroom")
        day = spell.first
        while day < horizon:
            tomorrow = day + DAY
            if day == spell.last:
                count(mart, key(day), "geplaatst" if spell.placed else "uitgevallen")
                if spell.placed:
                    days[(key(day), "gerealiseerd")].append((tomorrow - spell.first).days)
                break
            if tomorrow == month_of(tomorrow):  # waits over this midnight, under the status of the night before
                count(mart, key(day), "wachtend_eind")
                days[(key(day), "wachtend")].append((tomorrow - spell.first).days)
                if tomorrow < horizon:
                    count(mart, (REGION, spell.gemeente, tomorrow, spell.status(day)), "wachtend_begin")
            if tomorrow < horizon and spell.status(tomorrow) != spell.status(day):
                month = month_of(tomorrow)
                count(mart, (REGION, spell.gemeente, month, spell.status(day)), "wissel_uit")
                count(mart, (REGION, spell.gemeente, month, spell.status(tomorrow)), "wissel_in")
            day = tomorrow
    for row_key, row in mart.items():
        for measure in BALANCE:
            row.setdefault(measure, 0)
        inward = row["wachtend_begin"] + row["instroom"] + row["wissel_in"]  # type: ignore[operator]
        outward = row["geplaatst"] + row["uitgevallen"] + row["wissel_uit"]  # type: ignore[operator]
        row["verschil"] = inward - outward - row["wachtend_eind"]  # type: ignore[operator]
        for view in VIEWS:
            waited = days[(row_key, view)]
            row[f"n_{view}"] = len(waited)
            row[f"dagen_gemiddeld_{view}"] = mean(waited) if waited else None
            for share in (25, 50, 75, 90):
                row[f"dagen_p{share}_{view}"] = percentile(waited, f"0.{share}") if waited else None
    return mart


def _by_year(spells: list[Spell], horizon: date) -> Mart:
    """Count who waits at both ends of a year, and who comes and goes in it, whatever the status."""
    mart: Mart = {}
    for spell in spells:
        last = spell.last or horizon - DAY
        for year in range(spell.first.year, last.year + 1):
            end = min(date(year + 1, 1, 1), horizon)
            row = mart.setdefault((REGION, year), dict.fromkeys(MARTS["mart_wachtlijst_jaar"][1], 0))
            row["tot_en_met"] = month_of(end - DAY)
            ends_here = spell.last is not None and spell.last.year == year
            counted = {
                "wachtend_begin": spell.first.year < year,
                "instroom": spell.first.year == year,
                "geplaatst": ends_here and spell.placed,
                "uitgevallen": ends_here and not spell.placed,
                "wachtend_eind": not ends_here,
            }
            for measure, counts in counted.items():
                row[measure] += int(counts)  # type: ignore[operator]
    return mart
