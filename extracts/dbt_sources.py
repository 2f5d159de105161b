"""The dbt sources of schema `raw`, written from the contracts so that a feed's columns stand in one place.

`python -m extracts.dbt_sources` rewrites `dbt_project/models/staging/_raw__sources.yml`; a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from extracts.contract import Table, load_contracts

TARGET = Path(__file__).parent.parent / "dbt_project/models/staging/_raw__sources.yml"

HEADER = "# Written from extracts/contracts by `python -m extracts.dbt_sources`; change the contract, not this file.\n"

ADDED = {
    "levering_id": "Nummer van de levering in levering.bestanden.",
    "rij_nr": "Rij in het bestand zoals een spreadsheet telt; in een bericht het volgnummer van het product.",
    "persoon_sleutel": "Pseudoniem van de cliënt (HMAC van het BSN, anders van leverancier en cliëntnummer).",
    "koppelzekerheid": "hoog met BSN, laag zonder.",
    "client_sleutel": "Pseudoniem van leverancier en cliëntnummer.",
    "gebreken": "Wat alleen de lezer kon zien: onleesbare datums, BSN buiten de 11-proef, verschoven rijen.",
}


def _table(table: Table) -> dict[str, Any]:
    names = ["levering_id", "rij_nr"]
    if table.identifies_person:
        names += ["persoon_sleutel", "koppelzekerheid", "client_sleutel"]
    columns = [{"name": name, "description": ADDED[name]} for name in names]
    columns += [{"name": c.name, "description": c.description} for c in table.stored_columns]
    columns.append({"name": "gebreken", "description": ADDED["gebreken"]})
    return {"name": table.name, "description": table.description, "columns": columns}


def render() -> str:
    """The sources as YAML text, one table per contract table, columns as in docs/architecture.md."""
    tables = [_table(table) for contract in load_contracts().values() for table in contract.tables]
    source = {
        "name": "raw",
        "schema": "raw",
        "description": "Rijen zoals geleverd, getypeerd en gepseudonimiseerd; alleen aangevuld, nooit gewijzigd.",
        "tables": tables,
    }
    body = yaml.safe_dump({"version": 2, "sources": [source]}, allow_unicode=True, sort_keys=False, width=120)
    return HEADER + body


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
