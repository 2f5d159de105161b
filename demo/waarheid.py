"""The truth beside the drop: what the lives say, before any supplier wrote it down. Holds no BSN."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from demo.levens import Levens, Periode

DAG = timedelta(days=1)


def schrijf(
    levens: Levens,
    doel: Path,
    first: date,
    last_night: date,
    *,
    fouten: list[dict[str, object]],
    keuzes: dict[str, Any],
    huren: Iterable[tuple[str, str, str, str]],
) -> None:
    """Write the truth to the folder `doel`.

    `huren` is who left for which lease: corporatie and contractnummer with leverancier and record, the supplier's
    number of the client's last stay (verblijf_id or verblijfnummer).
    """
    doel.mkdir(parents=True, exist_ok=True)
    (doel / "mistakes.json").write_text(json.dumps(fouten, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (doel / "keuzes.json").write_text(json.dumps(keuzes, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (doel / "valkuilen.json").write_text(json.dumps(valkuilen(levens), indent=1, ensure_ascii=False) + "\n", "utf-8")
    with (doel / "stroom.csv").open("w", encoding="utf-8", newline="") as f:
        schrijver = csv.writer(f, delimiter=";")
        schrijver.writerow(
            ("regio", "domein", "perimeter", "basis", "maand", "stand_begin", "instroom", "uitstroom", "stand_eind")
        )
        schrijver.writerows(stroom_per_maand(levens, first, last_night))
    with (doel / "huren.csv").open("w", encoding="utf-8", newline="") as f:
        schrijver = csv.writer(f, delimiter=";")
        schrijver.writerow(("corporatie", "contractnummer", "leverancier", "record"))
        schrijver.writerows(sorted(huren))


def stroom_per_maand(levens: Levens, first: date, last_night: date) -> Iterable[tuple[Any, ...]]:
    """Stand and flows per whole month, in the basis the perioden have: DAV levering, CG toewijzing; perimeter A."""
    for regio, basis in (("DAV", "levering"), ("CG", "toewijzing")):
        perioden = [p for p in levens.perioden if p.regio == regio]
        maand = first.replace(day=1)
        while perioden and (volgende := (maand + timedelta(days=32)).replace(day=1)) <= last_night:
            yield (
                regio, "BW", "A", basis, maand, sum(p.loopt_op(maand) for p in perioden),
                sum(maand <= p.eerste < volgende for p in perioden),
                sum(p.laatste is not None and maand <= p.laatste < volgende for p in perioden),
                sum(p.loopt_op(volgende) for p in perioden),
            )  # fmt: skip
            maand = volgende


def valkuilen(levens: Levens) -> dict[str, int]:
    """How often each trap occurs in the lives; a test keeps every one of them above zero in the default demo."""
    telling: Counter[str] = Counter()
    for per in levens.perioden:
        telling.update(_in_periode(per))
    for p in levens.personen:
        telling["personen"] += bool(p.perioden or p.aanmeldingen)
        telling["zonder_bsn"] += p.bsn is None and bool(p.aanmeldingen)
        telling["in_beide_regios"] += len({x.regio for x in p.perioden}) > 1
        telling["terug_in_bw"] += any(a.regio == b.regio for a, b in pairwise(p.perioden))
        telling["bw_en_opvang"] += bool(p.perioden and p.aanmeldingen)
        telling["overleden"] += p.overleden is not None
    for a in levens.aanmeldingen:
        telling["aanmelding_zonder_verblijf"] += not a.nachten and a.opvangsoort != "veldwerk"
        telling["kind_in_vrouwenopvang"] += a.rol == "kind" and a.opvangsoort == "vrouwenopvang"
        telling["herkomst_onbekend"] += a.historisch == "0000"
        telling["herkomst_niet_ingeschreven"] += a.historisch == "9999"
    return dict(sorted(telling.items()))


def _in_periode(per: Periode) -> Counter[str]:
    t: Counter[str] = Counter()
    pls = per.plaatsingen
    for a, b in pairwise(pls):
        if a.laatste is None:
            continue
        gat = (b.eerste - a.laatste).days - 1
        t["wissel_op_dezelfde_dag"] += gat == -1
        t["overlap_twee_aanbieders"] += gat < -1 and a.agb != b.agb
        t["zin_en_pgb_tegelijk"] += gat < -1 and a.vorm != b.vorm
        t["gat_overbrugd"] += 0 < gat <= 28
        t["tijdelijke_stop_hervat"] += a.stop == "tijdelijk" and gat > 28
        t["productwissel"] += a.product != b.product
        t["productlijst_2018"] += b.eerste == date(2018, 5, 1) and a.product in ("15A00", "15A0S")
        t["aanbiederwissel"] += a.agb != b.agb
        t["leveringsvormwissel"] += a.vorm != b.vorm
        t["nieuw_nummer_zonder_wissel"] += (
            a.toewijzing is not b.toewijzing and (a.product, a.agb, a.vorm) == (b.product, b.agb, b.vorm) and gat == 0
        )
    t["zonder_dag"] += sum(p.laatste == p.eerste for p in pls)
    t["locatiewissel"] += sum(len(p.verblijven) - 1 for p in pls)
    t["niet_verzilverd"] += per.geen_levering
    t["zonder_startbericht"] += sum(x.zonder_start for x in per.toewijzingen)
    t["wlz"] += bool(per.uitstroom and per.uitstroom.stop == "wlz")
    t["uitstroom_met_huur"] += bool(per.uitstroom and per.uitstroom.huur_vanaf)
    t["terugkeergarantie"] += bool(per.uitstroom and per.uitstroom.terugkeergarantie)
    t["route_mo_of_regio"] += per.gekoppeld
    return t
