"""The list of suppliers and contacts: the demo's is complete, an own list replaces it, a bad one says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.regio import OPVANG_DAV, REGIOS, VROUWENOPVANG_CG, VROUWENOPVANG_DAV
from extracts.suppliers import ContactsError, load_coordinators, load_suppliers

OWN = "leveranciers:\n  sdd: {naam: Eigen SDD, regios: [DAV], rol: toegang, contact: Data, email: data@sdd.nl}\n"


def test_every_supplier_of_the_demo_region_has_a_contact_in_its_regio() -> None:
    demo = {"sdd": {"DAV"}, "vggm": {"CG"}}
    for code, regio in REGIOS.items():
        for name in [a.agb for a in regio.aanbieders] + [nummer for nummer, _ in regio.corporaties]:
            demo.setdefault(name, set()).add(code)
    for aanbieder in (OPVANG_DAV, VROUWENOPVANG_DAV, VROUWENOPVANG_CG):
        demo[aanbieder.agb] = {aanbieder.regio}
    suppliers = load_suppliers()
    assert {name: set(supplier.regios) for name, supplier in suppliers.items()} == demo
    names = {a.agb: a.naam for regio in REGIOS.values() for a in regio.aanbieders}
    assert {name: suppliers[name].naam for name in names} == names
    assert set(load_coordinators()) == set(REGIOS)
    addresses = [s.email for s in suppliers.values()] + [c.email for c in load_coordinators().values()]
    assert len(set(addresses)) == len(addresses)
    assert all(address.endswith(".invalid") for address in addresses)


def test_an_own_list_replaces_the_entries_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "contacten.yaml"
    own.write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("DOORSTROOM_CONTACTEN", str(own))
    suppliers = load_suppliers()
    assert (suppliers["sdd"].naam, suppliers["sdd"].email) == ("Eigen SDD", "data@sdd.nl")
    assert suppliers["vggm"].email == "beheer@vggm.invalid"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("leveranciers: {sdd: {naam: X}}", "sdd: naam, regios, rol, contact en email zijn nodig"),
        (OWN.replace("data@sdd.nl", "data bij sdd"), "geen e-mailadres"),
        (OWN.replace("data@sdd.nl", '"data@sdd.nl, a@b.nl"'), "geen e-mailadres"),
        (OWN.replace("toegang", "klant"), "de rol is geen van"),
        (OWN.replace("}", ", drempel: 5}"), "de drempel is geen aandeel"),
        (OWN.replace("sdd:", "01234567:"), "aanhalingstekens"),
        ("leveranciers: [sdd]", "geen lijst van namen"),
        ("leveranciers: {", "niet te lezen"),
    ],
)
def test_a_bad_list_says_what_is_wrong(
    text: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "contacten.yaml"
    own.write_text(text, encoding="utf-8")
    monkeypatch.setenv("DOORSTROOM_CONTACTEN", str(own))
    with pytest.raises(ContactsError, match=complaint):
        load_suppliers()
