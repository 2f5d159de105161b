"""The files look exactly as deliveries.md says, and hold only what was known on their leverdatum."""

from __future__ import annotations

import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from lezer import Drop, dag, elfproef
from lxml import etree

IWMO = Path(__file__).parents[3] / "shared" / "iwmo"
LAATSTE = date(2021, 2, 1)

KOPPEN = {
    r"sdd/sdd_indicaties": "indicatie_nummer;clientnummer;bsn;geboortedatum;geslacht;aanmelddatum;intake_datum;"
    "besluitdatum;besluit;reden_besluit;productcode;leveringsvorm;ingangsdatum;einddatum;aanbieder_agb;gemeente_aanvraag;"
    "gemeente_herkomst;herkomst_methode;grondslag;inkomstenbron;andere_hulp;uitstroomprofiel;beoordeeld_op",
    r"sdd/sdd_wachtlijst": "indicatie_nummer;clientnummer;bsn;wachtend_sinds;wachtstatus;voorkeur_aanbieder_agb;"
    "overbruggingszorg;wachtend_tot;reden_uit",
    r"vggm/vggm_aanmeldingen": "aanmeldnummer;clientnummer;bsn;geboortedatum;geslacht;aanmelddatum;opvangsoort;"
    "gemeente_inschrijving;gemeente_historisch;reden_dakloosheid;besluit;besluitdatum;mutatiesoort;mutatietijd",
    r"vggm/vggm_verblijven": "verblijfnummer;aanmeldnummer;locatiecode;gemeente_verblijf;voorziening;eerste_nacht;"
    "laatste_nacht;bestemming;gemeente_uitstroom;mutatiesoort;mutatietijd",
    r"zorgaanbieders/\d{8}/verblijven": "verblijf_id;clientnummer;bsn;toewijzingnummer;locatiecode;productcode;"
    "leveringsvorm;eerste_dag;laatste_dag;bestemming;gemeente_uitstroom;uitstroomgereed_op",
    r"zorgaanbieders/\d{8}/locaties": "locatiecode;naam;gemeente;productcode;plaatsen;geldig_van;geldig_tot",
    r"zorgaanbieders/\d{8}/aanmeldingen": "aanmeldnummer;clientnummer;bsn;geboortedatum;geslacht;aanmelddatum;"
    "opvangsoort;gemeente_inschrijving;gemeente_historisch;reden_dakloosheid;besluit;besluitdatum;gezin_id;rol;"
    "mutatiesoort;mutatietijd",
    r"zorgaanbieders/\d{8}/opvang": "verblijfnummer;aanmeldnummer;locatiecode;gemeente_verblijf;voorziening;"
    "eerste_nacht;laatste_nacht;bestemming;gemeente_uitstroom;mutatiesoort;mutatietijd",
    r"zorgaanbieders/\d{8}/nazorg": "bsn;clientnummer;laatste_dag;meting;meetdatum;woont_zelfstandig;terugkeergarantie",
}
BLADEN = {
    "Verhuringen": "contractnummer bsn geboortedatum gemeente contractsoort contingent uitstroom_uit aanbieder_agb "
    "ingangsdatum omklapdatum einddatum kale_huur zelfstandig",
    "Inschrijvingen": "bsn geboortedatum inschrijfdatum uitschrijfdatum",
    "Contingenten": "jaar gemeente soort aantal mutaties",
    "Ontruimingen": "datum gemeente reden bsn",
}
CODES = {
    "besluit": {"", "toegekend", "afgewezen", "ingetrokken", "doorverwezen", "toegelaten"},
    "leveringsvorm": {"", "ZIN", "PGB"},
    "geslacht": {"0", "1", "2"},
    "herkomst_methode": set("123456"),
    "grondslag": {"verslaving", "schizofrenie", "autisme", "overig", "meerdere", "onbekend"},
    "inkomstenbron": {"wajong", "bijstand", "aow", "wia", "werk", "overig", "onbekend"},
    "andere_hulp": {"J", "N"},
    "uitstroomprofiel": {"", "K", "M", "L"},
    "wachtstatus": {"urgent", "actief", "voorkeur", "voorzorg"},
    "reden_uit": {"", "geplaatst", "afgezien", "elders", "overleden", "verlopen"},
    "opvangsoort": {
        "volwassenen", "crisis_volwassenen", "crisis_gezinnen", "zwerfjongeren", "vrouwenopvang", "veldwerk",
        "ambulant",
    },
    "reden_dakloosheid": {
        "huis_verlaten", "huisuitzetting", "uit_ouderlijk_huis", "ontslag_zorginstelling", "ontslag_detentie",
        "remigratie", "onbekend",
    },
    "voorziening": {"nachtopvang", "24uursopvang", "crisisopvang", "dagopvang", "vrouwenopvang", "ambulant", "aware"},
    "mutatiesoort": {"N", "W", "V"},
    "bestemming": {
        "", "U01", "U02", "U03", "U04", "U05", "U06", "U07", "U08", "U10", "U11", "U12", "U20", "U21", "U22", "U30",
        "U31", "U32", "U33", "U40", "U50", "U99",
    },
    "rol": {"", "vrouw", "man", "kind"},
    "meting": {"6", "12", "18", "24"},
}  # fmt: skip


def leverdatum(pad: Path) -> date:
    cijfers = re.search(r"_(\d{8})", pad.name)
    assert cijfers, pad.name
    return datetime.strptime(cijfers[1], "%Y%m%d").date()  # noqa: DTZ007


def berichten(root: Path) -> Iterator[tuple[str, date, bytes]]:
    for pad in sorted(root.rglob("WMO*.xml")):
        yield str(pad.relative_to(root)), leverdatum(pad), pad.read_bytes()
    for pad in sorted(root.rglob("*.zip")):
        with zipfile.ZipFile(pad) as z:
            for lid in z.namelist():
                assert leverdatum(Path(lid)) == leverdatum(pad)
                yield f"{pad.relative_to(root)}/{lid}", leverdatum(pad), z.read(lid)


def test_every_name_is_one_of_the_interface(kleine_drop: Path) -> None:
    vormen = [f"{kop}_\\d{{8}}\\.csv" for kop in KOPPEN] + [
        r"zorgaanbieders/\d{8}/WMO30[157]_\d{8}_\d+\.xml",
        r"zorgaanbieders/\d{8}/berichten_\d{8}_\d+\.zip",
        r"corporaties/L\d{4}/woningen_\d{8}\.xlsx",
    ]
    namen = [str(p.relative_to(kleine_drop)) for p in kleine_drop.rglob("*") if p.is_file()]
    for naam in namen:
        assert any(re.fullmatch(v, naam) for v in vormen), naam
    for vorm in vormen:
        assert any(re.fullmatch(vorm, n) for n in namen), f"nothing like {vorm} in the drop"
    assert max(leverdatum(Path(n)) for n in namen) == LAATSTE


def test_headers_encodings_and_dates(kleine_drop: Path) -> None:
    gezien: set[bytes] = set()
    for pad in sorted(kleine_drop.rglob("*.csv")):
        inhoud = pad.read_bytes()
        vggm = pad.parent.name == "vggm"
        tekst = inhoud.decode("cp1252" if vggm else "utf-8-sig")
        kop = next(k for v, k in KOPPEN.items() if re.match(v, str(pad.relative_to(kleine_drop))))
        assert tekst.split("\r\n")[0] == kop
        vorm = r"\d{2}-\d{2}-\d{4}" if vggm else r"\d{4}-\d{2}-\d{2}"
        for tijd in re.findall(r"[\d-]{10}(?= \d\d:\d\d:\d\d)", tekst):
            assert re.fullmatch(vorm, tijd)
        assert not re.search(r"\d{2}-\d{2}-\d{4}" if not vggm else r"\b\d{4}-\d{2}-\d{2}\b", tekst)
        if vggm and any(b > 127 for b in inhoud):
            with pytest.raises(UnicodeDecodeError):
                inhoud.decode("utf-8")
            gezien.add(b"vggm")
        if "ë" in tekst and not vggm:
            gezien.add(b"utf-8")
    assert gezien == {b"vggm", b"utf-8"}, "a letter that tells the encodings apart in both kinds"


def test_codes_are_those_of_the_interface(volle_drop: Path) -> None:
    drop = Drop(volle_drop)
    gezien: dict[str, set[str]] = defaultdict(set)
    for feed in ("sdd_indicaties", "sdd_wachtlijst", "verblijven", "nazorg"):
        for _, r in drop.momentopname(feed):
            for kolom, waarde in r.items():
                gezien[kolom].add(waarde)
    for feed in ("vggm_aanmeldingen", "vggm_verblijven", "aanmeldingen", "opvang"):
        for _, _, tekst in drop.bestanden(feed):
            for r in drop.rijen(tekst, feed) or []:
                for kolom, waarde in r.items():
                    gezien[kolom].add(waarde)
    for kolom, codes in CODES.items():
        assert gezien[kolom] <= codes, kolom
        assert len(gezien[kolom]) >= min(len(codes) - 1, 20), f"{kolom}: hardly any variety"


def test_snapshots_hold_nothing_later_than_their_leverdatum(kleine_drop: Path) -> None:
    drop = Drop(kleine_drop)
    for feed, kolommen in (
        ("verblijven", ("eerste_dag", "laatste_dag", "uitstroomgereed_op")),
        ("sdd_indicaties", ("aanmelddatum", "intake_datum", "besluitdatum", "beoordeeld_op")),
        ("sdd_wachtlijst", ("wachtend_sinds", "wachtend_tot")),
        ("nazorg", ("meetdatum", "laatste_dag")),
        ("locaties", ("geldig_van",)),
    ):
        for wie, geleverd, tekst in drop.bestanden(feed):
            for r in drop.rijen(tekst, feed) or []:
                for k in kolommen:
                    d = dag(r[k])
                    assert d is None or d <= datetime.strptime(geleverd, "%Y%m%d").date(), (feed, wie, k)  # noqa: DTZ007
    for feed in ("vggm_aanmeldingen", "vggm_verblijven", "aanmeldingen", "opvang"):
        for _, geleverd, tekst in drop.bestanden(feed):
            for r in drop.rijen(tekst, feed) or []:
                for k in ("mutatietijd", "eerste_nacht", "laatste_nacht", "aanmelddatum", "besluitdatum"):
                    d = dag(r.get(k, "").split(" ")[0])
                    assert d is None or f"{d:%Y%m%d}" <= geleverd


def test_messages_hold_nothing_later_than_their_leverdatum(kleine_drop: Path) -> None:
    for naam, geleverd, inhoud in berichten(kleine_drop):
        wortel = etree.fromstring(inhoud)
        assert date.fromisoformat(wortel.findtext(".//{*}Dagtekening")) <= geleverd, naam
        for product in wortel.iter("{*}StartProduct", "{*}StopProduct"):
            for k in ("Begindatum", "Einddatum"):
                d = product.findtext(f"{{*}}{k}")
                assert d is None or date.fromisoformat(d) <= geleverd, naam
        for d in wortel.iter("{*}Toewijzingsdatum"):
            assert date.fromisoformat(d.text) <= geleverd, naam


def test_snapshots_never_trip_the_volume_guard(volle_drop: Path) -> None:
    drop = Drop(volle_drop)
    for feed in ("sdd_indicaties", "sdd_wachtlijst", "verblijven", "locaties", "nazorg"):
        vorige: dict[str, int] = {}
        for wie, geleverd, tekst in drop.bestanden(feed):
            rijen = drop.rijen(tekst, feed)
            assert rijen is not None
            eerder = vorige.get(wie, 0)
            if eerder >= 25:
                assert 0.8 * eerder < len(rijen) <= 3 * eerder, (feed, wie, geleverd)
            vorige[wie] = len(rijen)


def test_every_bsn_is_from_the_test_range(volle_drop: Path) -> None:
    """Every BSN in the drop, wherever it stands, passes the 11-proef and lies in 999900006–999999990."""
    gezien: set[str] = set()
    for _, _, inhoud in berichten(volle_drop):
        gezien |= {m.decode() for m in re.findall(rb"<b:Bsn>(.*?)</b:Bsn>", inhoud)}
    drop = Drop(volle_drop)
    for feed in ("sdd_indicaties", "sdd_wachtlijst", "verblijven", "nazorg", "aanmeldingen", "vggm_aanmeldingen"):
        for _, _, tekst in drop.bestanden(feed):
            gezien |= {r["bsn"] for r in drop.rijen(tekst, feed) or []}
    for pad in volle_drop.glob("corporaties/*/woningen_20210131.xlsx"):
        werkmap = openpyxl.load_workbook(pad, read_only=True)
        for blad, kop in BLADEN.items():
            if "bsn" in kop.split():
                nr = kop.split().index("bsn")
                gezien |= {str(r[nr] or "") for r in werkmap[blad].iter_rows(min_row=2, values_only=True) if any(r)}
    gezien.discard("")
    assert 4000 < len(gezien) <= 6000
    assert all(elfproef(b) and 999_900_006 <= int(b) <= 999_999_990 for b in gezien)


def test_toewijzing_numbers_tie_the_feeds_together(volle_drop: Path) -> None:
    """One number means one person and one provider, in SDD, 301, 305, 307 and verblijven alike."""
    drop = Drop(volle_drop)
    wie: dict[str, set[tuple[str, str]]] = defaultdict(set)
    per_soort: dict[str, set[str]] = defaultdict(set)
    for r in drop.producten():
        agb = r["Ontvanger"] if r["soort"] == "301" else r["Afzender"]
        wie[r["ToewijzingNummer"]].add((r["Bsn"], agb))
        per_soort[r["soort"]].add(r["ToewijzingNummer"])
    for agb, r in drop.momentopname("verblijven"):
        if r["leveringsvorm"] == "ZIN":
            wie[r["toewijzingnummer"]].add((r["bsn"], agb))
            per_soort["verblijven"].add(r["toewijzingnummer"])
        else:
            assert r["toewijzingnummer"] == "", "PGB has no iWmo traffic"
    sdd = {r["indicatie_nummer"]: r for _, r in drop.momentopname("sdd_indicaties")}
    for nummer, r in sdd.items():
        if nummer in wie and r["besluit"]:  # care may begin before the decision
            wie[nummer].add((r["bsn"], r["aanbieder_agb"]))
    assert all(len(w) == 1 for w in wie.values())
    # care that began before the decision may have no toewijzing yet on the last night
    assert len(per_soort["305"] - per_soort["301"]) <= 3
    dav = {n for n in per_soort["305"] if n.startswith("1")}
    assert dav <= set(sdd)
    assert per_soort["307"] - per_soort["305"], "some stops without a start"
    assert per_soort["verblijven"] - per_soort["305"], "some care without a start message"
    assert per_soort["305"] - per_soort["verblijven"], "some care without a location"


def test_old_gemeentecodes_before_a_merger_and_new_ones_after(volle_drop: Path) -> None:
    gezien: dict[str, list[date]] = defaultdict(list)
    for r in Drop(volle_drop).producten():
        gemeente = r["Afzender"] if r["soort"] == "301" else r["Ontvanger"]
        gezien[gemeente].append(datetime.strptime(re.findall(r"_(\d{8})", r["naam"])[-1], "%Y%m%d").date())  # noqa: DTZ007
    # a message may lie in the supplier's outbox over New Year until its next night, never longer than a quarter
    for code, weg, opvolger in (("0196", date(2018, 1, 1), "0299"), ("0689", date(2019, 1, 1), "1978")):
        assert max(gezien[code]) < date(weg.year, 4, 1)
        assert max(gezien[opvolger]) > weg
    for code, vanaf in (("1978", date(2019, 1, 1)), ("1961", date(2019, 1, 1))):
        assert min(gezien[code]) >= vanaf
    herkomst = {r["gemeente_herkomst"] for _, r in Drop(volle_drop).momentopname("sdd_indicaties")}
    assert {"0000", "9999", "0620", "0689", "1927", "0545", "0707", "1978", "1961"} <= herkomst


def test_stop_codes_follow_the_version(volle_drop: Path) -> None:
    codes: dict[str, set[str]] = defaultdict(set)
    for r in Drop(volle_drop).producten():
        if r["soort"] == "307":
            codes[r["versie"]].add(r["RedenBeeindiging"])
    assert codes["2.1"] == {"02", "19", "20", "31", "32", "33", "34"}
    assert (
        {"02", "19", "20", "21", "22", "23", "31", "36", "37", "38", "39"} >= codes["3.2"] >= {"20", "37", "38", "39"}
    )


def test_version_3_2_has_one_client_and_2_1_may_have_many(kleine_drop: Path) -> None:
    telling: Counter[str] = Counter()
    for _, geleverd, inhoud in berichten(kleine_drop):
        clienten = inhoud.count(b"<b:Client>")
        nieuw = b"/3_2/" in inhoud
        assert not nieuw or (clienten == 1 and geleverd >= date(2018, 6, 1))
        telling["3.2" if nieuw else "veel" if clienten > 1 else "een"] += 1
    assert telling["3.2"] > 10
    assert telling["veel"] > 10


def test_messages_are_valid_against_the_standard(kleine_drop: Path) -> None:
    if not IWMO.exists():
        pytest.skip("XSDs of the standard not at hand")
    schemas: dict[tuple[str, str], etree.XMLSchema] = {}
    for naam, _, inhoud in berichten(kleine_drop):
        wortel = etree.fromstring(inhoud)
        gevonden = re.search(r"/iwmo/(\d_\d)/wmo(30[157])/", etree.QName(wortel).namespace)
        assert gevonden
        sleutel = gevonden[1], gevonden[2]
        if sleutel not in schemas:
            schemas[sleutel] = etree.XMLSchema(etree.parse(IWMO / sleutel[0] / f"WMO{sleutel[1]}.xsd"))
        assert schemas[sleutel].validate(wortel), (naam, schemas[sleutel].error_log.last_error)
    assert len(schemas) == 6, "all three messages in both versions"


def test_status_3_is_always_known_after_what_it_cancels(volle_drop: Path) -> None:
    eerst: dict[tuple[str, ...], str] = {}
    weer: dict[tuple[str, ...], str] = {}
    geschrapt: Counter[str] = Counter()
    for r in Drop(volle_drop).producten():
        if r["soort"] == "301":
            continue
        avond = re.findall(r"_(\d{8})", r["naam"])[-1]
        sleutel = tuple(r.get(k, "") for k in (
            "soort", "Bsn", "ToewijzingNummer", "Code", "Begindatum", "RedenBeeindiging", "Einddatum",
        ))  # fmt: skip
        if r["StatusAanlevering"] == "3":
            assert eerst[sleutel] < avond
            weer[sleutel] = avond
            geschrapt[r["soort"]] += 1
        elif sleutel in eerst:
            assert weer[sleutel] < avond, "sent twice without being cancelled in between"
        else:
            eerst[sleutel] = avond
    assert geschrapt["305"] > 5
    assert geschrapt["307"] > 5


def test_workbooks(kleine_drop: Path) -> None:
    datums: set[type] = set()
    bsns: set[type] = set()
    for pad in sorted(kleine_drop.glob("corporaties/*/woningen_20201231.xlsx")):
        werkmap = openpyxl.load_workbook(pad)
        assert {b: " ".join(str(c.value) for c in werkmap[b][1]) for b in werkmap.sheetnames} == BLADEN
        for rij in werkmap["Inschrijvingen"].iter_rows(min_row=2, values_only=True):
            bsns.add(type(rij[0]))
            datums.add(type(rij[2]))
        for rij in werkmap["Verhuringen"].iter_rows(min_row=2, values_only=True):
            assert rij[4] in {
                "regulier",
                "contingent",
                "omklap",
                "driepartijen",
                "tijdelijk_woonbegeleiding",
                "onderhuur",
            }
            assert rij[6] in {"BW", "MO", "VO"}
            assert rij[12] in {"J", "N"}
            assert (rij[5] is not None) == (rij[4] == "contingent")
    assert datums == {str, datetime}
    assert bsns == {str, int}
