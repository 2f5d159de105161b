"""Bad input, byte by byte: what is refused, in words a supplier understands, and what is kept."""

from __future__ import annotations

import io
import zipfile

import pytest
from delivered import AGB, BSNS, message, table_text, workbook_bytes, zipped

from extracts.contract import load_contracts
from extracts.readers import archive, delimited, iwmo, workbook
from extracts.readers.base import Block, Geweigerd, Reading

SDD = load_contracts()["sdd_indicaties"]
VGGM = load_contracts()["vggm_aanmeldingen"]
WONINGEN = load_contracts()["woningen"]
GOOD = table_text("sdd_indicaties", [{"indicatie_nummer": "1", "bsn": BSNS[0], "reden_besluit": "x"}])


def rows_of(reading: Reading) -> list[Block]:
    return list(reading.blocks())


def refused_csv(data: bytes, contract: object = SDD) -> str:
    with pytest.raises(Geweigerd) as refusal:
        rows_of(delimited.read(data, contract))  # type: ignore[arg-type]
    assert BSNS[0] not in refusal.value.reden
    assert BSNS[0] not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    return refusal.value.reden


class TestCsv:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "leeg"),
            (b"\xef\xbb\xbf", "leeg"),
            (b"\r\n\r\n", "leeg"),
            (GOOD.encode("utf-16"), "UTF-16"),
            (GOOD.encode("utf-16-le"), "nul-bytes"),
            (GOOD.replace("x", "é").encode("cp1252"), "geen UTF-8"),
            (GOOD.encode().replace(b"x", b"\xc3"), "geen UTF-8"),
            (GOOD.encode().replace(b"x", b"a\x00b"), "nul-bytes"),
            (GOOD.replace("x", '"nooit gesloten').encode(), "aanhalingstekens"),
            (GOOD.replace("x", '"dicht" en door').encode(), "aanhalingstekens"),
            (GOOD.replace(";besluit;", ";").encode(), "kolom besluit"),
            (GOOD.replace(";", ",").encode(), "puntkomma"),
            (GOOD.replace("grondslag", "besluit").encode(), "meer dan één kolom"),
            (b"PK\x03\x04 geen csv", "ontbreekt"),
        ],
    )
    def test_refused(self, data: bytes, reason: str) -> None:
        assert reason in refused_csv(data)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"\xef\xbb\xbf" + table_text("vggm_aanmeldingen", []).encode(), "UTF-8"),
            (table_text("vggm_aanmeldingen", [{"aanmeldnummer": "é"}]).encode(), "UTF-8"),
            (table_text("vggm_aanmeldingen", [{"aanmeldnummer": "x"}]).encode().replace(b"x", b"\x81"), "Windows-1252"),
        ],
    )
    def test_windows_1252_refused(self, data: bytes, reason: str) -> None:
        assert reason in refused_csv(data, VGGM)

    def test_an_unclosed_quote_far_into_a_large_file_is_still_refused(self) -> None:
        rows = [{"indicatie_nummer": str(n)} for n in range(25_000)]
        data = (table_text("sdd_indicaties", rows) + '"open;\r\n').encode()
        assert "aanhalingstekens" in refused_csv(data)

    def test_columns_by_name_in_any_order_case_and_spacing(self) -> None:
        header, row, _ = GOOD.split("\r\n")
        names, cells = header.split(";")[::-1], row.split(";")[::-1]
        names = [f" {name.upper().replace('_', ' ')} " for name in names]
        reading = delimited.read(f"{';'.join(names)}\n{';'.join(cells)}\n".encode(), SDD)
        (block,) = rows_of(reading)
        assert block.cells["indicatie_nummer"] == ["1"]
        assert block.cells["bsn"] == [BSNS[0]]
        assert reading.signals == []

    def test_unknown_column_is_a_signal_and_not_read(self) -> None:
        reading = delimited.read(table_text("sdd_indicaties", [{}], extra={"Opmerking": BSNS[0]}).encode(), SDD)
        assert [signal.code for signal in reading.signals] == ["onbekende_kolom"]
        assert "Opmerking" in reading.signals[0].melding
        (block,) = rows_of(reading)
        assert BSNS[0] not in str(block.cells)

    def test_optional_columns_may_be_absent(self) -> None:
        contract = load_contracts()["aanmeldingen"]
        text = (
            table_text("aanmeldingen", [{"aanmeldnummer": "1"}]).replace(";gezin_id;rol", "").replace(";;\r\n", "\r\n")
        )
        (block,) = rows_of(delimited.read(text.encode(), contract))
        assert "rol" not in block.cells
        assert block.defects == {}

    def test_ragged_rows_are_kept_without_any_cell(self) -> None:
        short = f"2;C;{BSNS[1]}"
        long = GOOD.split("\r\n")[1] + ";te veel"
        (block,) = rows_of(delimited.read(f"{GOOD}\r\n{short}\r\n{long}\r\n".encode(), SDD))
        assert block.row_numbers == [2, 4, 5], "an empty line is no row, but counts as one"
        assert block.defects == {1: ["velden"], 2: ["velden"]}
        assert BSNS[1] not in str(block.cells)
        assert block.cells["indicatie_nummer"] == ["1", "", ""]

    def test_quoted_separators_and_line_breaks_stay_in_one_row(self) -> None:
        data = GOOD.replace("x", '"a;""b""\r\nc"') + GOOD.split("\r\n")[1].replace("1;", "2;", 1) + "\r\n"
        (block,) = rows_of(delimited.read(data.encode(), SDD))
        assert block.cells["reden_besluit"] == ['a;"b"\r\nc', "x"]
        assert block.row_numbers == [2, 3]

    def test_header_only_is_an_empty_delivery(self) -> None:
        assert rows_of(delimited.read(GOOD.split("\r\n")[0].encode(), SDD)) == []


def refused_message(data: str | bytes, feed: str = "wmo305") -> str:
    raw = data if isinstance(data, bytes) else data.encode()
    with pytest.raises(Geweigerd) as refusal:
        rows_of(iwmo.read(raw, load_contracts()[feed]))
    assert BSNS[0] not in refusal.value.reden
    return refusal.value.reden


class TestIwmo:
    @pytest.mark.parametrize("version", [(2, 0), (1, 0), (3, 3), (4, 0)])
    def test_other_versions_refused(self, version: tuple[int, int]) -> None:
        assert f"{version[0]}.{version[1]}" in refused_message(message("wmo305", version=version))

    def test_the_namespace_of_2_0_refused(self) -> None:
        space = "http://www.istandaarden.nl/iwmo/2_0/wmo305/schema/2_0"
        assert "2.0" in refused_message(message("wmo305", version=(2, 1), namespace=space))

    @pytest.mark.parametrize("version", [(2, 2), (2, 3), (2, 4), (3, 0), (3, 1)])
    @pytest.mark.parametrize("feed", ["wmo301", "wmo305", "wmo307"])
    def test_versions_in_between_are_read_and_marked(self, feed: str, version: tuple[int, int]) -> None:
        reading = iwmo.read(message(feed, version=version).encode(), load_contracts()[feed])
        (block,) = rows_of(reading)
        assert block.cells["bsn"] == [BSNS[0]]
        assert block.cells["productcode"] == ["15Z03"]
        assert block.cells["versie"] == [f"{version[0]}.{version[1]}"] == [reading.version]
        assert [signal.code for signal in reading.signals] == ["versie_niet_geverifieerd"]

    @pytest.mark.parametrize("version", [(2, 1), (3, 2)])
    def test_verified_versions_raise_no_signal(self, version: tuple[int, int]) -> None:
        assert iwmo.read(message("wmo307", version=version).encode(), load_contracts()["wmo307"]).signals == []

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            ("", "leeg"),
            ("geen xml", "geen geldige XML"),
            (message("wmo305")[:-20], "geen geldige XML"),
            (message("wmo305").replace("</m:Bsn>", "</m:Bsm>"), "geen geldige XML"),
            (message("wmo305").encode("utf-16"), "UTF-16"),
            (message("wmo305").replace("4711", "\xe9").encode("latin-1"), "geen geldige XML"),
            ("<Bericht/>", "geen iWmo-bericht"),
            (message("wmo305", namespace="http://www.istandaarden.nl/ijw/3_0/jw305/schema"), "geen iWmo-bericht"),
            (message("wmo307"), "bestandsnaam"),
            (message("wmo305", namespace="http://www.istandaarden.nl/iwmo/3_2/wmo315/schema"), "WMO315"),
            (message("wmo305", code="420"), "BerichtCode"),
            (message("wmo305", header_version=(3, 1)), "versie in de Header"),
            (message("wmo305", header_version=(2, 0)), "versie in de Header"),
            (message("wmo305").replace("<m:Afzender>42420001</m:Afzender>", ""), "afzender"),
            (message("wmo305").replace("StartProduct>", "StopProduct>"), "geen enkel StartProduct"),
        ],
    )
    def test_refused(self, data: str | bytes, reason: str) -> None:
        assert reason in refused_message(data)

    def test_a_message_that_breaks_after_its_first_client_loads_nothing(self) -> None:
        whole = message("wmo305", version=(2, 1), bsns=BSNS[:3])
        assert "geen geldige XML" in refused_message(whole[: whole.rindex("<m:Client>") + 30])

    @pytest.mark.parametrize(
        "declaration",
        [
            '<!DOCTYPE m:Bericht [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE m:Bericht [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
            '<!DOCTYPE m:Bericht SYSTEM "http://127.0.0.1:9/x.dtd">',
            "<!DOCTYPE m:Bericht>",
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
    def test_entities_are_never_expanded(self, declaration: str, encoding: str) -> None:
        text = message("wmo305").replace("?>\n", f"?>\n{declaration}\n").replace("UTF-8", encoding)
        text = text.replace("4711", "&c;" if "ENTITY c" in declaration else "4711")
        with pytest.raises(Geweigerd) as refusal:
            rows_of(iwmo.read(text.encode(encoding), load_contracts()["wmo305"]))
        assert "root:" not in refusal.value.reden

    def test_unknown_birth_date_stays_unknown(self) -> None:
        birth = "<b:Datum>1900-01-01</b:Datum><b:DatumGebruik>{}</b:DatumGebruik>"
        (block,) = rows_of(iwmo.read(message("wmo305", birth=birth.format(3)).encode(), load_contracts()["wmo305"]))
        assert block.cells["geboortedatum"] == [""]
        (block,) = rows_of(iwmo.read(message("wmo305", birth=birth.format(2)).encode(), load_contracts()["wmo305"]))
        assert block.cells["geboortedatum"] == ["1900-01-01"]

    def test_relatives_are_not_the_client(self) -> None:
        relative = (
            f"<m:Relaties><m:Relatie><m:Bsn>{BSNS[5]}</m:Bsn><m:Geboortedatum><b:Datum>1950-01-01</b:Datum>"
            "</m:Geboortedatum><m:Geslacht>2</m:Geslacht></m:Relatie></m:Relaties>"
        )
        text = message("wmo301", client_extra=relative)
        (block,) = rows_of(iwmo.read(text.encode(), load_contracts()["wmo301"]))
        assert (block.cells["bsn"], block.cells["geboortedatum"], block.cells["geslacht"]) == (
            [BSNS[0]],
            ["1980-05-06"],
            ["1"],
        )

    def test_names_of_people_are_never_read(self) -> None:
        for feed in ("wmo301", "wmo305", "wmo307"):
            (block,) = rows_of(iwmo.read(message(feed).encode(), load_contracts()[feed]))
            assert "Geheim" not in str(block.cells)

    def test_granted_products_of_2_1_are_not_assigned_products(self) -> None:
        (block,) = rows_of(iwmo.read(message("wmo301", version=(2, 1)).encode(), load_contracts()["wmo301"]))
        assert block.cells["productcode"] == ["15Z03"]
        assert block.cells["aanbieder"] == [AGB]

    def test_status_of_the_client_stands_in_for_a_missing_one(self) -> None:
        text = message("wmo305", version=(2, 1))
        own = "<m:StatusAanlevering>1</m:StatusAanlevering></m:StartProduct>"
        assert own in text
        text = text.replace(own, "</m:StartProduct>").replace("Aanlevering>1<", "Aanlevering>9<")
        (block,) = rows_of(iwmo.read(text.encode(), load_contracts()["wmo305"]))
        assert block.cells["status_aanlevering"] == ["9"]


class TestArchive:
    def test_truncated_anywhere_is_refused(self) -> None:
        whole = zipped({"WMO305_20180205_1.xml": message("wmo305"), "WMO305_20180205_2.xml": message("wmo305") * 3})
        for length in (0, 3, len(whole) // 2, len(whole) - 1):
            with pytest.raises(Geweigerd, match="beschadigd of niet volledig"):
                archive.open_archive(whole[:length])

    def test_a_flipped_bit_is_refused(self) -> None:
        whole = bytearray(zipped({"a.xml": message("wmo305")}))
        whole[60] ^= 0xFF
        with pytest.raises(Geweigerd, match="beschadigd"):
            archive.open_archive(bytes(whole))

    def test_a_bomb_is_refused_before_it_goes_off(self) -> None:
        with pytest.raises(Geweigerd, match="onredelijk groot"):
            archive.open_archive(zipped({"WMO305_20180205_1.xml": b"0" * (20 * 1024**2)}))

    def test_too_many_members(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
        with pytest.raises(Geweigerd, match="onredelijk"):
            archive.open_archive(zipped({str(n): "x" for n in range(3)}))

    def test_names_that_climb_are_only_labels(self) -> None:
        data = zipped({"../../etc/passwd": "x", "/root/a.xml": "y", "C:\\b\\c.xml": "z"})
        with archive.open_archive(data) as opened:
            assert sorted(member.name for member in archive.members(opened)) == ["b/c.xml", "etc/passwd", "root/a.xml"]

    def test_password(self) -> None:
        data = bytearray(zipped({"a.xml": "x"}))
        local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
        data[local + 6] |= 1
        data[central + 8] |= 1
        with pytest.raises(Geweigerd, match="wachtwoord"):
            archive.open_archive(bytes(data))


def refused_workbook(data: bytes) -> str:
    with pytest.raises(Geweigerd) as refusal:
        rows_of(workbook.read(data, WONINGEN))
    return refusal.value.reden


def altered(data: bytes, changes: dict[str, bytes]) -> bytes:
    """A copy of a zip in which some members have other content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
    return buffer.getvalue()


class TestWorkbook:
    def test_refused(self) -> None:
        good = workbook_bytes(inschrijvingen=[[int(BSNS[0]), "1980-01-01", "2018-01-01", None]])
        assert rows_of(workbook.read(good, WONINGEN))
        sheet = zipfile.ZipFile(io.BytesIO(good)).read("xl/worksheets/sheet1.xml")
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
        assert "leeg" in refused_workbook(b"")
        assert "beschadigd of niet volledig" in refused_workbook(good[:-30])
        assert "beschadigd of niet volledig" in refused_workbook(b"contractnummer;bsn\r\n")
        assert "geen Excelwerkmap" in refused_workbook(zipped({"a.xml": "x"}))
        assert ".xls" in refused_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
        assert "onredelijk groot" in refused_workbook(altered(good, {"xl/sharedStrings.xml": b" " * (30 * 1024**2)}))
        assert "XML" in refused_workbook(
            altered(good, {"xl/worksheets/sheet1.xml": sheet.replace(b"?>", b"?>" + bomb, 1)})
        )
        assert "beschadigd" in refused_workbook(altered(good, {"xl/workbook.xml": b"<stuk"}))

    def test_missing_sheet_and_column(self) -> None:
        tables = {str(t.sheet): [[c.name for c in t.columns]] for t in WONINGEN.tables}
        assert "Contingenten" in refused_workbook(
            workbook_bytes({k: v for k, v in tables.items() if k != "Contingenten"})
        )
        tables["Verhuringen"] = [tables["Verhuringen"][0][1:]]
        reason = refused_workbook(workbook_bytes(tables))
        assert "contractnummer" in reason
        assert "Verhuringen" in reason

    def test_a_broken_sheet_is_refused(self) -> None:
        good = workbook_bytes(verhuringen=[["H1"]])
        sheet = zipfile.ZipFile(io.BytesIO(good)).read("xl/worksheets/sheet1.xml")
        with pytest.raises(Exception):  # noqa: B017, PT011 - the intake turns any error into a refusal
            rows_of(workbook.read(altered(good, {"xl/worksheets/sheet1.xml": sheet[: len(sheet) // 2]}), WONINGEN))

    def test_values_not_formulas(self) -> None:
        book = workbook_bytes(ontruimingen=[[None, "0505", "==1+1", None], [None, "0505", "=cmd|' /C calc'!A0", None]])
        (block,) = rows_of(workbook.read(book, WONINGEN))
        assert block.cells["reden"] == ["berekend", "=cmd|' /C calc'!A0"]

    def test_lost_leading_zeros_are_restored_and_flagged(self) -> None:
        book = workbook_bytes(inschrijvingen=[[12345678, None, "2018-01-01", None], [int(BSNS[0]), None, None, None]])
        (block,) = rows_of(workbook.read(book, WONINGEN))
        assert block.cells["bsn"] == ["012345678", BSNS[0]]
        assert block.defects == {0: ["bsn:voorloopnul"]}

    def test_rows_are_numbered_as_excel_does(self) -> None:
        book = workbook_bytes(
            ontruimingen=[["2018-01-01", "0505", "a", None], [], [None], ["2018-01-02", "0505", "b", None]]
        )
        (block,) = rows_of(workbook.read(book, WONINGEN))
        assert block.row_numbers == [2, 5]

    def test_extra_sheets_and_columns_are_signals(self) -> None:
        tables = {str(t.sheet): [[c.name for c in t.columns]] for t in WONINGEN.tables}
        tables["Notities"] = [["x"]]
        tables["Ontruimingen"][0].append("extra")
        reading = workbook.read(workbook_bytes(tables), WONINGEN)
        assert sorted(signal.code for signal in reading.signals) == ["onbekend_werkblad", "onbekende_kolom"]
