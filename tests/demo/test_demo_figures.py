"""The published figures, counted from the written files by a reader that shares no code with the generator."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lezer import OPEN, Drop, Plaatsing, bw, episodes, opvang, regio

SHARED = Path(__file__).parents[3] / "shared" / "spec" / "published_figures.csv"
DAG = timedelta(1)

# (id, first words of the figure) → value, tolerance. Tolerances: 1% of 440 is 4.4 persons; pp are percentage points.
CIJFERS: dict[tuple[str, str], tuple[float, float]] = {
    ("S-191", "BW clienten 2016"): (440, 4.4),
    ("S-192", "BW instroom 2016"): (73, 0),
    ("S-192", "BW uitstroom 2016"): (70, 0),
    ("S-198", "BW clienten met andere"): (27, 1),
    ("S-199", "BW clienten met Wajong"): (20, 1),
    ("S-200", "BW clienten met inkomen"): (4, 1),
    ("S-197", "BW reden onbekend"): (25, 2),
    ("S-171", "MO nachtopvang aangemeld"): (293, 0),
    ("S-172", "MO nachtopvang kort"): (124, 0),
    ("S-173", "MO nachtopvang traject"): (133, 0),
    ("X-10", "MO nachtopvang aangemeld zonder"): (36, 0),
    ("S-176", "veldwerk"): (142, 0),
    ("S-184", "vrouwenopvang vrouwen"): (48, 0),
    ("S-184", "vrouwenopvang kinderen"): (57, 0),
    ("S-185", "vrouwenopvang vrouwen uit"): (94, 1),
    ("S-186", "vrouwenopvang gemiddeld"): (5.2, 0.1),
    ("S-187", "vrouwenopvang ambulant gezinnen"): (84, 0),
    ("S-187", "vrouwenopvang ambulant kinderen"): (124, 0),
    ("S-188", "vrouwenopvang ambulant gemiddelde"): (19, 0.5),
    ("S-189", "Aware"): (40, 0),
    ("S-285", "BW clienten met toewijzing januari 2015"): (1206, 0),
    ("S-281", "BW clienten PGB januari"): (316, 0),
    ("S-275", "BW clienten ZIN juli"): (1086, 0),
    ("S-280", "BW clienten PGB juli"): (55, 0),
    ("S-285", "BW clienten met toewijzing 2018"): (1141, 0),
    ("S-287", "BW clienten twintigers"): (40, 2),
    ("S-288", "BW clienten 50-plus"): (31, 2),
}


@pytest.fixture(scope="session", params=["zonder fouten", "met fouten"])
def geteld(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Everything counted from one drop, with and without planted mistakes."""
    naam = "volle_drop" if request.param == "zonder fouten" else "volle_drop_met_fouten"
    return tellen(request.getfixturevalue(naam))


@cache
def tellen(root: Path) -> dict[str, Any]:
    drop = Drop(root)
    levering, toewijzing = bw(drop)
    aanmeldingen = opvang(drop)
    return {
        "drop": drop,
        "levering": levering,
        "toewijzing": toewijzing,
        "aanmeldingen": aanmeldingen,
        "cijfers": _cijfers_dav(drop, levering)
        | _cijfers_opvang(aanmeldingen)
        | _cijfers_cg(drop, levering, toewijzing),
    }


def _cijfers_dav(drop: Drop, levering: list[Plaatsing]) -> dict[tuple[str, str], float]:
    eps = episodes([p for p in levering if p.regio == "DAV"])
    in_2016 = {p.persoon for p in levering if p.regio == "DAV" and p.s < date(2017, 1, 1) and p.e > date(2016, 1, 1)}
    kenmerk: dict[str, dict[str, str]] = {}
    for _, r in drop.momentopname("sdd_indicaties"):
        if r["besluit"] == "toegekend" and r["bsn"] in in_2016:
            kenmerk[r["bsn"]] = r
    assert set(kenmerk) == in_2016, "every client in care has an indicatie"

    def deel(kolom: str, *waarden: str) -> float:
        return 100 * sum(kenmerk[p][kolom] in waarden for p in in_2016) / len(in_2016)

    return {
        ("S-191", "BW clienten 2016"): sum(s < date(2016, 12, 31) < e for _, s, e, _ in eps),
        ("S-192", "BW instroom 2016"): sum(s.year == 2016 for _, s, _, _ in eps),
        ("S-192", "BW uitstroom 2016"): sum((e - DAG).year == 2016 for _, _, e, _ in eps),
        ("S-198", "BW clienten met andere"): deel("andere_hulp", "J"),
        ("S-199", "BW clienten met Wajong"): deel("inkomstenbron", "wajong"),
        ("S-200", "BW clienten met inkomen"): deel("inkomstenbron", "werk"),
        ("S-197", "BW reden onbekend"): deel("grondslag", "onbekend", "meerdere"),
    }


def _langste_verblijf(aanmeldingen: list[dict[str, Any]]) -> int:
    """Nights of the longest stay of one person in nachtopvang, stays bridging gaps of 7 days (D.12)."""
    rijen = sorted(
        (date.fromisoformat(n["eerste_nacht"]), date.fromisoformat(n["laatste_nacht"]) + DAG)
        for a in aanmeldingen
        for n in a["nachten"]
        if n["voorziening"] == "nachtopvang"
    )
    langste, vorige, nachten = 0, None, 0
    for s, e in rijen:
        nachten = (e - s).days + (nachten if vorige and (s - vorige).days <= 7 else 0)
        vorige, langste = e, max(langste, nachten)
    return langste


def _cijfers_opvang(aanmeldingen: list[dict[str, Any]]) -> dict[tuple[str, str], float]:
    a16 = [a for a in aanmeldingen if a["aanmelddatum"].startswith("2016")]
    per_persoon: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for a in a16:
        if a["opvangsoort"] == "volwassenen":
            per_persoon[a["persoon"]].append(a)
    klassen = Counter(
        "zonder" if n == 0 else "kort" if n <= 3 else "traject" for n in map(_langste_verblijf, per_persoon.values())
    )

    def dagen(soort: str) -> dict[str, tuple[int, dict[str, Any]]]:
        """Days in 2016 per person for one voorziening, with the aanmelding."""
        uit: dict[str, tuple[int, dict[str, Any]]] = {}
        for a in aanmeldingen:
            for n in a["nachten"]:
                if n["voorziening"] == soort and n["eerste_nacht"].startswith("2016"):
                    s, e = date.fromisoformat(n["eerste_nacht"]), date.fromisoformat(n["laatste_nacht"]) + DAG
                    uit[a["persoon"]] = (uit.get(a["persoon"], (0, a))[0] + (e - s).days, a)
        return uit

    vo, ambulant = dagen("vrouwenopvang"), dagen("ambulant")
    vrouwen = [(d, a) for d, a in vo.values() if a["rol"] == "vrouw"]
    gezinnen = {a["gezin_id"]: d for d, a in ambulant.values()}
    return {
        ("S-171", "MO nachtopvang aangemeld"): len(per_persoon),
        ("S-172", "MO nachtopvang kort"): klassen["kort"],
        ("S-173", "MO nachtopvang traject"): klassen["traject"],
        ("X-10", "MO nachtopvang aangemeld zonder"): klassen["zonder"],
        ("S-176", "veldwerk"): sum(a["opvangsoort"] == "veldwerk" for a in a16),
        ("S-184", "vrouwenopvang vrouwen"): len(vrouwen),
        ("S-184", "vrouwenopvang kinderen"): sum(a["rol"] == "kind" for _, a in vo.values()),
        ("S-185", "vrouwenopvang vrouwen uit"): 100
        * sum(regio(a["gemeente_historisch"]) == "DAV" for _, a in vrouwen)
        / len(vrouwen),
        ("S-186", "vrouwenopvang gemiddeld"): sum(d for d, _ in vrouwen) / len(vrouwen) / 7,
        ("S-187", "vrouwenopvang ambulant gezinnen"): len(gezinnen),
        ("S-187", "vrouwenopvang ambulant kinderen"): sum(a["rol"] == "kind" for _, a in ambulant.values()),
        ("S-188", "vrouwenopvang ambulant gemiddelde"): sum(gezinnen.values()) / len(gezinnen) / 7,
        ("S-189", "Aware"): len(dagen("aware")),
    }


def _cijfers_cg(drop: Drop, levering: list[Plaatsing], toewijzing: list[Plaatsing]) -> dict[tuple[str, str], float]:
    eps = episodes(toewijzing, stopt=False)

    def stand(b: date) -> Counter[str]:
        telling: Counter[str] = Counter()
        for _, s, e, leden in eps:
            if s < b < e:
                telling["personen"] += 1
                telling[max((p for p in leden if p.s < b), key=lambda p: p.s).vorm] += 1
        return telling

    b15, b18 = stand(date(2015, 2, 1)), stand(date(2018, 7, 1))
    in_2017 = {p.persoon for p in levering if p.regio == "CG" and p.s < date(2018, 1, 1) and p.e > date(2017, 1, 1)}
    leeftijden = [2017 - drop.geboren[p].year - ((drop.geboren[p].month, drop.geboren[p].day) > (7, 1))
                  for p in in_2017 if p in drop.geboren]  # fmt: skip
    return {
        ("S-285", "BW clienten met toewijzing januari 2015"): b15["personen"],
        ("S-281", "BW clienten PGB januari"): b15["PGB"],
        ("S-275", "BW clienten ZIN juli"): b18["ZIN"],
        ("S-280", "BW clienten PGB juli"): b18["PGB"],
        ("S-285", "BW clienten met toewijzing 2018"): b18["personen"],
        ("S-287", "BW clienten twintigers"): 100 * sum(20 <= j < 30 for j in leeftijden) / len(leeftijden),
        ("S-288", "BW clienten 50-plus"): 100 * sum(j >= 50 for j in leeftijden) / len(leeftijden),
    }


@pytest.mark.parametrize("sleutel", list(CIJFERS), ids=lambda s: f"{s[0]} {s[1]}")
def test_published_figure(geteld: dict[str, Any], sleutel: tuple[str, str]) -> None:
    waarde, tolerantie = CIJFERS[sleutel]
    assert geteld["cijfers"][sleutel] == pytest.approx(waarde, abs=tolerantie + 1e-9)


def test_the_table_above_is_the_one_of_the_specification() -> None:
    if not SHARED.exists():
        pytest.skip("specification not at hand")
    with SHARED.open(encoding="utf-8") as f:
        rijen = [r for r in csv.DictReader(f) if r["id"] != "S-284"]
    assert len(rijen) == len(CIJFERS)
    for r in rijen:
        sleutels = [k for k in CIJFERS if k[0] == r["id"] and r["figuur"].startswith(k[1])]
        assert sleutels, r["figuur"]
        assert CIJFERS[max(sleutels, key=lambda k: len(k[1]))][0] == float(r["waarde"])
        exact = r["tolerantie"] == "exact"
        assert exact == (CIJFERS[max(sleutels, key=lambda k: len(k[1]))][1] == 0)


@pytest.mark.parametrize(
    "b", [date(2015, 6, 1), date(2017, 1, 1), date(2018, 7, 1), date(2019, 7, 1), date(2021, 1, 1)]
)
def test_top_four_of_verblijf(geteld: dict[str, Any], b: date) -> None:
    """S-284: Arnhem, Rheden, Renkum, Lingewaard, in that order, at any moment."""
    telling = Counter(p.gemeente for p in geteld["levering"] if p.regio == "CG" and p.s < b < p.e and p.gemeente)
    assert [g for g, _ in telling.most_common(4)] == ["0202", "0275", "0274", "1705"]


def test_year_shares_hold_with_unknown_ages_in_the_denominator(geteld: dict[str, Any]) -> None:
    """S-287, S-288: PGB clients without a birth date in any feed may be counted along as unknown."""
    drop, levering = geteld["drop"], geteld["levering"]
    in_2017 = {p.persoon for p in levering if p.regio == "CG" and p.s < date(2018, 1, 1) and p.e > date(2017, 1, 1)}
    bekend = [drop.geboren[p] for p in in_2017 if p in drop.geboren]
    assert len(bekend) < len(in_2017)
    jong = sum(date(1987, 7, 2) <= g <= date(1997, 7, 1) for g in bekend)
    oud = sum(g <= date(1967, 7, 1) for g in bekend)
    assert 100 * jong / len(in_2017) == pytest.approx(40, abs=2)
    assert 100 * oud / len(in_2017) == pytest.approx(31, abs=2)


def test_stand_does_not_hang_on_which_midnight_is_meant(geteld: dict[str, Any]) -> None:
    """The stock of S-191 is the same on 30 and 31 December 2016 and on 1 January 2017."""
    eps = episodes([p for p in geteld["levering"] if p.regio == "DAV"])
    for b in (date(2016, 12, 30), date(2016, 12, 31), date(2017, 1, 1), date(2017, 1, 2)):
        assert sum(s < b < e for _, s, e, _ in eps) == 440


def test_nobody_after_death(geteld: dict[str, Any]) -> None:
    drop = geteld["drop"]
    assert drop.overleden
    for p in geteld["levering"]:
        if p.persoon in drop.overleden:
            assert p.e - DAG <= drop.overleden[p.persoon]


def test_new_product_list_moves_nobody(geteld: dict[str, Any]) -> None:
    """On 1 May 2018 every running placement of CG goes on at the same provider under its new product."""
    cg = [p for p in geteld["levering"] if p.regio == "CG"]
    wissel = date(2018, 5, 1)
    oud = {p.persoon for p in cg if p.e == wissel and p.product in ("15A00", "15A0S")}
    nieuw = {p.persoon: p.product for p in cg if p.s == wissel and p.product.startswith("15Z")}
    assert len(oud) > 1000
    assert sum(p in nieuw for p in oud) > 0.98 * len(oud)
    assert not [p for p in cg if p.product.startswith("15A") and p.e > wissel]
    assert not [p for p in cg if p.product.startswith("15Z") and p.s < wissel]


def test_placements_still_running_have_no_end(geteld: dict[str, Any]) -> None:
    open_einde = [p for p in geteld["levering"] if p.e == OPEN]
    assert len(open_einde) > 1300
    assert max(p.e for p in geteld["levering"] if p.e != OPEN) <= date(2021, 2, 1)
