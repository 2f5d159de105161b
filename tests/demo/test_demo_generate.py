"""The generator as a program: the same bytes every time, any seed and size, and mistakes that are where it says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lezer import DAV, Drop, bw, elfproef
from lxml import etree

from demo.fouten import SOORTEN
from demo.generate import DEFAULT_MISTAKES, generate, main, waarheid_map

WORTEL = Path(__file__).parents[2]


def vingerafdruk(root: Path) -> dict[str, str]:
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(root.rglob("*"))
        if p.is_file()
    }


def test_same_arguments_same_bytes_in_another_process(tmp_path: Path) -> None:
    """Two processes with other hash seeds write the same drop and the same truth; another seed writes another."""
    for naam, hashseed, seed in (("a", "1", "7"), ("b", "2", "7"), ("c", "1", "8")):
        subprocess.run(
            [sys.executable, "-m", "demo.generate", "--out", str(tmp_path / naam / "drop"), "--size", "0.03",
             "--seed", seed, "--mistakes", "default"],
            check=True, cwd=WORTEL, env={**os.environ, "PYTHONHASHSEED": hashseed}, capture_output=True,
        )  # fmt: skip
    a, b, c = (vingerafdruk(tmp_path / n) for n in "abc")
    assert len(a) > 1000
    assert a == b
    assert a != c


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**31),
    size=st.sampled_from([0.005, 0.02, 0.06]),
    regios=st.sampled_from([("DAV",), ("CG",), ("DAV", "CG")]),
    eerste_jaar=st.integers(2015, 2019),
    duur=st.integers(70, 1500),
    fouten=st.booleans(),
)
def test_any_seed_and_size_gives_a_readable_drop(  # noqa: PLR0917
    seed: int, size: float, regios: tuple[str, ...], eerste_jaar: int, duur: int, fouten: bool
) -> None:
    first = date(eerste_jaar, 1, 1)
    last = min(date.fromordinal(first.toordinal() + duur), date(2021, 4, 1))
    with TemporaryDirectory() as tmp:
        out = Path(tmp) / "drop"
        generate(
            out, seed=seed, size=size, regios=regios, first=first, last_night=last, nights=5,
            mistakes=DEFAULT_MISTAKES if fouten else 0,
        )  # fmt: skip
        drop = Drop(out)
        levering, toewijzing = bw(drop)
        assert levering
        assert {p.regio for p in levering} <= set(regios)
        assert bool(toewijzing) == ("CG" in regios)
        assert all(elfproef(p.persoon) for p in levering)
        assert min(p.s for p in levering) == first
        for pad in out.rglob("*"):
            if pad.is_file():
                assert re.findall(r"_(\d{8})", pad.name)[-1] <= f"{last:%Y%m%d}"


def test_two_drops_share_nobody(tmp_path: Path) -> None:
    """`bsn_start` keeps persons and toewijzing numbers of two drops apart."""
    gezien = []
    for nr, start in enumerate((0, 1500)):
        out = tmp_path / str(nr) / "drop"
        generate(out, size=0.03, bsn_start=start, nights=2)
        rijen = list(Drop(out).producten())
        gezien.append(({r["Bsn"] for r in rijen}, {r["ToewijzingNummer"] for r in rijen}))
    assert not gezien[0][0] & gezien[1][0]
    assert not gezien[0][1] & gezien[1][1]


def test_running_out_of_test_bsns_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="test-BSN"):
        generate(tmp_path / "drop", size=0.03, bsn_start=9080, nights=2)


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Onbekende regio"):
        generate(tmp_path / "a", regios=("XX",))
    with pytest.raises(ValueError, match="twee maanden"):
        generate(tmp_path / "a", first=date(2020, 1, 1), last_night=date(2020, 1, 20))
    with pytest.raises(ValueError, match="Onbekende soort fout"):
        generate(tmp_path / "b", size=0.005, nights=2, mistakes={"spelling": 1})
    vol = tmp_path / "c"
    (vol / "van_mij").mkdir(parents=True)
    with pytest.raises(FileExistsError):
        generate(vol, size=0.005)
    generate(vol, size=0.005, nights=2, overwrite=True)
    assert (vol / "van_mij").exists(), "what is not a drop stays"


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argumenten = ["--out", str(tmp_path / "drop"), "--size", "0.01", "--regios", "DAV", "--nights", "6"]
    main([*argumenten, "--mistakes", "dubbel=2,codering=1"])
    assert "met 3 ingebouwde fouten" in capsys.readouterr().out
    assert not (tmp_path / "drop" / "vggm").exists()
    with pytest.raises(SystemExit) as einde:
        main(["--out", str(tmp_path / "drop"), "--size", "0.01"])
    assert einde.value.code == 2


def test_every_trap_is_in_the_default_demo(volle_drop: Path) -> None:
    telling = json.loads((waarheid_map(volle_drop) / "valkuilen.json").read_text("utf-8"))
    assert len(telling) > 25
    assert [soort for soort, n in telling.items() if n < 5] == []


def test_truth_of_flows_closes_and_agrees_with_the_files(volle_drop: Path) -> None:
    """The monthly truth closes to the person, and its end of 2016 is the published stock."""
    with (waarheid_map(volle_drop) / "stroom.csv").open(encoding="utf-8") as f:
        rijen = list(csv.DictReader(f, delimiter=";"))
    assert len(rijen) == 2 * 73
    for r in rijen:
        assert (
            int(r["stand_begin"]) + int(r["instroom"]) - int(r["uitstroom"]) == int(r["stand_eind"])
            or r["maand"] == "2015-01-01"
        )
    assert next(r for r in rijen if r["regio"] == "DAV" and r["maand"] == "2016-12-01")["stand_eind"] == "440"


def test_mutations_arrive_out_of_order_and_are_removed(volle_drop: Path) -> None:
    telling: Counter[str] = Counter()
    drop = Drop(volle_drop)
    laatst: dict[str, str] = {}
    for feed in ("vggm_aanmeldingen", "vggm_verblijven"):
        for _, _, tekst in drop.bestanden(feed):
            for r in drop.rijen(tekst, feed) or []:
                d, t = r["mutatietijd"].split()
                moment = f"{d[6:]}{d[3:5]}{d[:2]} {t}"
                sleutel = feed + (r.get("verblijfnummer") or r["aanmeldnummer"])
                telling[r["mutatiesoort"]] += 1
                telling["verkeerde volgorde"] += laatst.get(sleutel, "") > moment
                assert laatst.get(sleutel) != moment, "two states of one key at the same moment"
                laatst[sleutel] = max(moment, laatst.get(sleutel, ""))
    assert min(telling[s] for s in ("N", "W", "V", "verkeerde volgorde")) > 5


# --- mistakes -----------------------------------------------------------------------------------------------------


def geplant(root: Path) -> list[dict[str, object]]:
    lijst: list[dict[str, object]] = json.loads((waarheid_map(root) / "mistakes.json").read_text("utf-8"))
    return lijst


def test_without_mistakes_nothing_is_planted(kleine_drop: Path) -> None:
    assert geplant(kleine_drop) == []


def test_default_mistakes_are_all_there(volle_drop_met_fouten: Path) -> None:
    lijst = geplant(volle_drop_met_fouten)
    telling = Counter(str(f["soort"]) for f in lijst if f["verwacht"] != "keten")
    assert telling == {k: int(v) for k, v in DEFAULT_MISTAKES.items()}
    assert set(telling) == set(SOORTEN)
    # The stop in the unverified message has no start: a second line about one and the same mistake.
    gemeld = {(f["soort"], f["bestand"]) for f in lijst if f["verwacht"] != "keten"}
    keten = [(f["soort"], f["bestand"]) for f in lijst if f["verwacht"] == "keten"]
    assert [soort for soort, _ in keten] == ["niet_geverifieerd"]
    assert set(keten) <= gemeld


def test_the_list_of_mistakes_holds_no_bsn(volle_drop_met_fouten: Path) -> None:
    for pad in waarheid_map(volle_drop_met_fouten).iterdir():
        assert not re.search(r"9999\d{5}", pad.read_text("utf-8")), pad.name


def test_planted_rows_are_where_the_list_says(volle_drop_met_fouten: Path) -> None:
    gezien: Counter[str] = Counter()
    for f in geplant(volle_drop_met_fouten):
        if f["rij"] is None:
            continue
        pad = volle_drop_met_fouten / str(f["bestand"])
        soort = str(f["soort"])
        gezien[soort] += 1
        if pad.suffix == ".xml":  # the record is numbered from 1, as there is no header
            producten = etree.fromstring(pad.read_bytes()).findall(".//{*}StopProduct")
            assert producten[int(str(f["rij"])) - 1].findtext("{*}ToewijzingNummer") == f["record"]
            continue
        tekst = pad.read_bytes().decode("cp1252" if pad.parent.name == "vggm" else "utf-8-sig")
        rijen = list(csv.reader(io.StringIO(tekst, newline=""), delimiter=";"))
        rij = dict(zip(rijen[0], rijen[int(str(f["rij"])) - 1], strict=True))
        if soort == "bsn_elfproef":
            assert re.fullmatch(r"9999\d{5}", rij["bsn"])
            assert not elfproef(rij["bsn"])
        elif soort == "sleutel_ontbreekt":
            assert next(iter(rij.values())) == ""
        elif soort == "onmogelijke_datum":
            assert "31-02-2020" in rij.values() or "2020-02-31" in rij.values()
        elif soort == "onbekend_product":
            assert rij["productcode"] == "15X99"
        elif soort == "formule":
            assert rij["reden_besluit"].startswith("=")
    assert gezien["codelijst"] == 4
    assert gezien["niet_geverifieerd"] == 1
    assert len(gezien) == 8


def test_planted_files_are_broken_as_the_list_says(volle_drop_met_fouten: Path) -> None:
    per_soort = {str(f["soort"]): volle_drop_met_fouten / str(f["bestand"]) for f in geplant(volle_drop_met_fouten)}
    with pytest.raises(UnicodeDecodeError):
        per_soort["codering"].read_bytes().decode("utf-8")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(per_soort["afgekapte_zip"])
    with pytest.raises(zipfile.BadZipFile):
        openpyxl.load_workbook(per_soort["kapotte_werkmap"])
    for soort in ("kapotte_xml", "entiteiten"):
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(per_soort[soort].read_bytes())
    assert b"/2_0/" in per_soort["verkeerde_versie"].read_bytes()
    assert b"/3_1/" in per_soort["niet_geverifieerd"].read_bytes()
    assert "eerste_dag" not in per_soort["kolom_ontbreekt"].read_text("utf-8")
    assert per_soort["extra_kolom"].read_text("utf-8").splitlines()[0].endswith(";opmerking")
    with zipfile.ZipFile(per_soort["zipbom"]) as z:
        lid = z.infolist()[0]
        assert lid.file_size > 500 * lid.compress_size
    per_inhoud = Counter(p.read_bytes() for p in per_soort["dubbel"].parent.glob("WMO*.xml"))
    assert per_inhoud[per_soort["dubbel"].read_bytes()] == 2
    laatste = max(p.stem[-8:] for p in per_soort["te_laat"].glob("verblijven_*.csv"))
    assert laatste < "20210124"


def test_a_share_of_mistakes(tmp_path: Path) -> None:
    """A share plants that share of the rows of a night, and at least one of each kind."""
    lijst = generate(tmp_path / "drop", size=0.05, nights=12, mistakes=0.02)
    telling = Counter(str(f["soort"]) for f in lijst)
    assert set(telling) == set(SOORTEN)
    assert telling["bsn_elfproef"] >= 5
    assert telling["codering"] == 1


def test_regions_of_the_reader_are_not_trusted_blindly(kleine_drop: Path) -> None:
    """The reader above knows the gemeenten of DAV; the drop uses at least those of the Drechtsteden among them."""
    codes = {r["gemeente_aanvraag"] for _, r in Drop(kleine_drop).momentopname("sdd_indicaties")}
    assert codes <= DAV
    assert {"0505", "0642"} <= codes
