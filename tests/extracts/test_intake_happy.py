"""One night with good files of every form: what stands in the ledger and in raw afterwards."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from delivered import AGB, BSNS, CORPORATION, Night, message, table_text, workbook_bytes, zipped

Query = Callable[..., list[tuple[Any, ...]]]
KEY = b"sleutel-van-de-tests-en-van-niets-anders"


def person(text: str) -> str:
    """The pseudonym by the definition (D.0), not by the code under test."""
    return hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()


def test_snapshot_csv(night: Night, query: Query) -> None:
    content = table_text(
        "sdd_indicaties",
        [
            {
                "indicatie_nummer": "1",
                "clientnummer": "C1",
                "bsn": BSNS[0],
                "geboortedatum": "1980-02-29",
                "reden_besluit": " café; nee ".replace(";", ","),
                "herkomst_methode": "3",
                "gemeente_herkomst": "0505",
            },
            {"indicatie_nummer": "2", "clientnummer": "C2"},
            {"indicatie_nummer": "3"},
        ],
    )
    night.put("sdd/sdd_indicaties_20180105.csv", "\ufeff" + content)
    (result,) = night.run("2018-01-07")
    assert result == {
        "soort": "sdd",
        "leverancier": "sdd",
        "feed": "sdd_indicaties",
        "geaccepteerd": 1,
        "geweigerd": 0,
        "dubbel": 0,
        "rijen": 3,
    }
    rows = query(
        "select rij_nr, indicatie_nummer, persoon_sleutel, koppelzekerheid, client_sleutel, geboortedatum, "
        "reden_besluit, herkomst_methode, gemeente_herkomst, gebreken from raw.sdd_indicaties order by rij_nr"
    )
    assert rows == [
        (2, "1", person(BSNS[0]), "hoog", person("sdd|C1"), date(1980, 2, 29), "café, nee", 3, "0505", None),
        (3, "2", person("sdd|C2"), "laag", person("sdd|C2"), None, None, None, None, None),
        (4, "3", None, None, None, None, None, None, None, None),
    ]
    (row,) = query(
        "select bestand, leverancier, soort_leverancier, feed, sha256, leverdatum, status, rijen_gelezen, "
        "rijen_geladen, rijen_quarantaine, reden, nacht, bekend_op at time zone 'Europe/Amsterdam', beoordeeld_op "
        "from levering.bestanden"
    )
    sha = hashlib.sha256(("\ufeff" + content).encode()).hexdigest()
    assert row == (
        "sdd/sdd_indicaties_20180105.csv",
        "sdd",
        "sdd",
        "sdd_indicaties",
        sha,
        date(2018, 1, 5),
        "geaccepteerd",
        3,
        3,
        0,
        None,
        date(2018, 1, 5),  # an empty ledger: known on its leverdatum
        datetime(2018, 1, 5, 6),  # noqa: DTZ001 - local Dutch time by the query
        None,
    )


def test_windows_1252_with_dutch_dates(night: Night, query: Query) -> None:
    row = {
        "aanmeldnummer": "é€1",
        "aanmelddatum": "03-04-2018",
        "mutatiesoort": "N",
        "mutatietijd": "03-04-2018 23:59:01",
    }
    night.put("vggm/vggm_aanmeldingen_20180404.csv", table_text("vggm_aanmeldingen", [row]), "cp1252")
    night.run()
    assert query(
        "select aanmeldnummer, aanmelddatum, mutatietijd, persoon_sleutel, gebreken from raw.vggm_aanmeldingen"
    ) == [
        ("é€1", date(2018, 4, 3), datetime(2018, 4, 3, 23, 59, 1), None, None)  # noqa: DTZ001
    ]


@pytest.mark.parametrize(("version", "aanbieder"), [((2, 1), AGB), ((3, 2), AGB)])
def test_wmo301(night: Night, query: Query, version: tuple[int, int], aanbieder: str) -> None:
    extra = "<m:Einddatum>2019-01-31</m:Einddatum><m:RedenWijziging>04</m:RedenWijziging>"
    night.put(f"zorgaanbieders/{AGB}/WMO301_20180205_1.xml", message("wmo301", version=version, record_extra=extra))
    night.run()
    assert query(
        "select rij_nr, persoon_sleutel, identificatie, dagtekening, versie, afzender, ontvanger, geboortedatum, "
        "geslacht, toewijzingnummer, productcategorie, productcode, aanbieder, toewijzingsdatum, "
        "toewijzingstijd::text, ingangsdatum, einddatum, redenwijziging, gebreken from raw.wmo301"
    ) == [
        (
            1,
            person(BSNS[0]),
            "4711",
            date(2018, 2, 5),
            f"{version[0]}.{version[1]}",
            "0202",
            AGB,
            date(1980, 5, 6),
            "1",
            "100001",
            "15",
            "15Z03",
            aanbieder,
            date(2018, 1, 2),
            "10:00:00",
            date(2018, 2, 1),
            date(2019, 1, 31),
            "04",
            None,
        )
    ]
    assert query("select versie, leverancier, feed from levering.bestanden") == [
        (f"{version[0]}.{version[1]}", AGB, "wmo301")
    ]


def test_many_clients_in_one_message(night: Night, query: Query) -> None:
    night.put(f"zorgaanbieders/{AGB}/WMO305_20180205_1.xml", message("wmo305", version=(2, 1), bsns=BSNS[:3]))
    night.put(f"zorgaanbieders/{AGB}/WMO307_20180205_1.xml", message("wmo307", version=(3, 2), bsns=BSNS[:1]))
    night.run()
    assert query("select rij_nr, persoon_sleutel, begindatum, status_aanlevering from raw.wmo305 order by 1") == [
        (number, person(BSNS[number - 1]), date(2018, 2, 3), "1") for number in (1, 2, 3)
    ]
    assert query(
        "select persoon_sleutel, begindatum, redenbeeindiging, einddatum, afzender, ontvanger from raw.wmo307"
    ) == [(person(BSNS[0]), date(2018, 2, 3), "19", date(2018, 12, 31), AGB, "0202")]


def test_messages_in_a_zip(night: Night, query: Query) -> None:
    archive = zipped({"WMO305_20180205_1.xml": message("wmo305"), "map/WMO307_20180205_9.xml": message("wmo307")})
    night.put(f"zorgaanbieders/{AGB}/berichten_20180206_1.zip", archive)
    night.run()
    path = f"zorgaanbieders/{AGB}/berichten_20180206_1.zip"
    assert query(
        "select bestand, feed, leverdatum, status, rijen_gelezen from levering.bestanden order by bestand"
    ) == [
        (path, "berichten", date(2018, 2, 6), "geaccepteerd", 0),
        (f"{path}/WMO305_20180205_1.xml", "wmo305", date(2018, 2, 5), "geaccepteerd", 1),
        (f"{path}/map/WMO307_20180205_9.xml", "wmo307", date(2018, 2, 5), "geaccepteerd", 1),
    ]
    assert query("select count(*) from raw.wmo305") == query("select count(*) from raw.wmo307") == [(1,)]


def test_workbook(night: Night, query: Query) -> None:
    book = workbook_bytes(
        verhuringen=[
            [
                "H1",
                int(BSNS[0]),
                date(1980, 1, 2),
                505,
                "omklap",
                "C9",
                "BW",
                3030001,
                "2018-03-01",
                None,
                None,
                712.35,
                "J",
            ],
            ["H2", None, None, "0202", "regulier", None, None, None, date(2018, 4, 1), None, None, 650, "N"],
        ],
        contingenten=[[2018, 202, "absoluut", 35, None]],
    )
    night.put(f"corporaties/{CORPORATION}/woningen_20180401.xlsx", book)
    (result,) = night.run()
    assert (result["geaccepteerd"], result["rijen"]) == (1, 3)
    assert query(
        "select rij_nr, contractnummer, persoon_sleutel, geboortedatum, gemeente, aanbieder_agb, ingangsdatum, "
        "kale_huur, zelfstandig, gebreken from raw.verhuringen order by rij_nr"
    ) == [
        (
            2,
            "H1",
            person(BSNS[0]),
            date(1980, 1, 2),
            "0505",
            "03030001",
            date(2018, 3, 1),
            Decimal("712.35"),
            "J",
            None,
        ),
        (3, "H2", None, None, "0202", None, date(2018, 4, 1), Decimal(650), "N", None),
    ]
    assert query("select jaar, gemeente, aantal, mutaties from raw.contingenten") == [(2018, "0202", 35, None)]
    assert query("select distinct feed, rijen_gelezen from levering.bestanden") == [("woningen", 3)]
