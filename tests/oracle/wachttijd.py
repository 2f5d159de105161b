"""Applications at the SDD (D.6; mart_belangstellenden, mart_wachttijd): from aanmelding by besluit to the first day.

D.6 has belangstellenden (E01, E02 without besluit) apart from the waiting list, and the times T_besluit, T_plaatsing
and T_totaal in two views. What it leaves open is read as the descriptions of the marts have it:
- The unit is the indicatie; its besluit ends the belangstelling on besluitdatum, or on the day of the aanmelding when
  the besluit has no date or an earlier one. On midnight of that day the old value still holds (settled 7). An empty
  besluit is open, whatever the dates; death ends all. Nothing after death or the last complete month is known.
- The first day of care is that of the first stay (levering) under that number; a stay without a number (PGB) counts
  when it is the same person's and begins within the dates of the indicatie.
- Realised: T_besluit in the month of the besluit, the other two in the month in which a wait on the list ended with a
  placement. Standing at the end of a month: T_besluit of the belangstellenden, the other two of who is on the list,
  once the besluit or aanmelding lies before that midnight. A time is known when both its dates are; it may be negative.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tests.oracle.basics import DAY, Mart, Person, count, mean, month_of, next_month, percentile, person_of, place_name
from tests.oracle.lives import Episode, World
from tests.oracle.readers import Row
from tests.oracle.wachtlijst import REGION, STATISTICS, spells_of

OUTCOMES = ("toegekend", "afgewezen", "ingetrokken", "doorverwezen", "overleden", "overig")
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_belangstellenden": (
        ("regio", "gemeente_code", "maand"),
        (
            *("belangstellend_begin", "aangemeld", *OUTCOMES, "belangstellend_eind"),
            *("intake_afgerond_eind", "al_in_zorg_eind", "verschil"),
        ),
    ),
    "mart_wachttijd": (("regio", "gemeente_code", "maand", "tijd", "weergave"), ("n", *STATISTICS)),
}


@dataclass
class Application:
    """One indicatie: what is known of it at the end of the last complete month, or at death."""

    person: Person
    gemeente: str
    applied: date | None
    intake: date | None
    decided: date | None  # besluitdatum
    outcome: str | None  # None: still open
    last: date | None  # last day of the belangstelling
    care: date | None  # first day of care


def applications_of(world: World) -> dict[str, Application]:
    """Return the applications by number."""
    by_number, without_number = _first_days(world)
    found = {}
    for number, row in world.placements.indications.items():
        person = person_of(row)
        death = world.placements.deaths.get(person, world.horizon)
        known_until = min(death, world.horizon - DAY)

        def known(day: date | None, until: date = known_until) -> date | None:
            return day if day and day <= until else None

        applied, outcome = known(row["aanmelddatum"]), None
        last = max((day for day in (row["besluitdatum"], row["aanmelddatum"]) if day), default=None)
        if row["besluit"] and known(last):
            outcome = row["besluit"] if row["besluit"] in OUTCOMES else "overig"
        elif death < world.horizon:
            outcome, last = "overleden", death
        else:
            last = None
        starts = by_number[number] + [day for day in without_number[person] if _within(row, day)]
        found[number] = Application(
            person,
            place_name(row["gemeente_herkomst"], REGION),
            applied,
            row["intake_datum"],
            known(row["besluitdatum"]) if row["besluit"] else None,
            outcome,
            last,
            min(starts, default=None),
        )
    return found


def _first_days(world: World) -> tuple[dict[str, list[date]], dict[Person, list[date]]]:
    """Return the first days of all stays in BW: by toewijzingnummer, and of those without one by person."""
    by_number: dict[str, list[date]] = defaultdict(list)
    without_number: dict[Person, list[date]] = defaultdict(list)
    for life in world.lives:
        for placement in life.placements:
            if (placement.domain, placement.basis) == ("BW", "levering"):
                if placement.number:
                    by_number[placement.number].append(placement.start)
                else:
                    without_number[life.person].append(placement.start)
    return by_number, without_number


def _within(row: Row, day: date) -> bool:
    """Say whether a day lies within the dates of an indicatie."""
    begin, end = row["ingangsdatum"], row["einddatum"]
    return begin is not None and begin <= day and (end is None or day <= end)


def compute(world: World) -> dict[str, Mart]:
    """Return mart_belangstellenden and mart_wachttijd."""
    applications = applications_of(world)
    days: dict[tuple, list[int]] = defaultdict(list)
    interested: Mart = {}
    in_care = {life.person: [e for e in life.episodes if _in_care(e)] for life in world.lives}
    for application in applications.values():
        if application.decided and application.applied:
            key = (REGION, application.gemeente, month_of(application.decided), "besluit", "gerealiseerd")
            days[key].append((application.decided - application.applied).days)
        if application.applied:
            _walk(interested, days, application, in_care.get(application.person, []), world.horizon)
    for row in interested.values():
        for measure in MARTS["mart_belangstellenden"][1]:
            row.setdefault(measure, 0)
        inward = row["belangstellend_begin"] + row["aangemeld"]  # type: ignore[operator]
        outward = sum(row[outcome] for outcome in OUTCOMES)  # type: ignore[misc]
        row["verschil"] = inward - outward - row["belangstellend_eind"]
    _on_the_list(days, applications, world)
    return {"mart_belangstellenden": interested, "mart_wachttijd": {k: _statistics(v) for k, v in days.items()}}


def _in_care(episode: Episode) -> bool:
    return (episode.region, episode.domain, episode.basis, episode.perimeter) == (REGION, "BW", "levering", "A")


def _walk(
    mart: Mart, days: dict[tuple, list[int]], application: Application, in_care: list[Episode], horizon: date
) -> None:
    """Walk an application from its first day, until it is decided."""
    day = application.applied
    assert day
    count(mart, (REGION, application.gemeente, month_of(day)), "aangemeld")
    while day < horizon:
        key = (REGION, application.gemeente, month_of(day))
        if day == application.last:
            count(mart, key, application.outcome or "")
            return
        midnight = day + DAY
        if midnight == month_of(midnight):
            count(mart, key, "belangstellend_eind")
            if application.intake and application.intake < midnight:
                count(mart, key, "intake_afgerond_eind")
            if any(episode.first < midnight <= episode.last for episode in in_care):
                count(mart, key, "al_in_zorg_eind")
            if midnight < horizon:
                count(mart, (REGION, application.gemeente, midnight), "belangstellend_begin")
            days[(*key, "besluit", "wachtend")].append((midnight - application.applied).days)  # type: ignore[operator]
        day = midnight


def _on_the_list(days: dict[tuple, list[int]], applications: dict[str, Application], world: World) -> None:
    """Add the times of who is on the waiting list."""
    for spell in spells_of(world):
        application = applications.get(spell.number)
        if application is None:
            continue
        for kind, since in (("plaatsing", application.decided), ("totaal", application.applied)):
            if since is None:
                continue
            if spell.placed and spell.last and application.care:
                key = (REGION, spell.gemeente, month_of(spell.last), kind, "gerealiseerd")
                days[key].append((application.care - since).days)
            midnight = next_month(spell.first)
            while midnight <= (spell.last or world.horizon):
                if since < midnight:
                    key = (REGION, spell.gemeente, month_of(midnight - DAY), kind, "wachtend")
                    days[key].append((midnight - since).days)
                midnight = next_month(midnight)


def _statistics(values: list[int]) -> dict[str, object]:
    shares = {f"dagen_p{share}": percentile(values, f"0.{share}") for share in (25, 50, 75, 90)}
    return {"n": len(values), "dagen_gemiddeld": mean(values), **shares}
