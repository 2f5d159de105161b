"""Erase what `kwaliteit` and the decisions of people say of the records of people who are forgotten.

A finding is known by a hash of rule, supplier, feed and record; those of the people in `weg_rij` (extracts/forget.py)
are worked out again from their rows, so this comes before the rows are erased.
"""

# ruff: noqa: S608 - the queries are made from our own contracts
from __future__ import annotations

import psycopg

from expectations import standing
from extracts.contract import load_contracts
from extracts.forget import numbers_of


def erase(connection: psycopg.Connection) -> dict[str, int]:
    """Erase the findings on the rows and records in `weg_rij` and `weg_nummer`; returns how many rows per table."""
    if not standing.exists(connection, "kwaliteit.dossier"):
        return {}
    connection.execute("create temporary table weg_sleutel (sleutel text) on commit drop")
    for contract in load_contracts().values():
        for table in contract.tables:
            made = standing.sleutel("regel.regel_id", "record.leverancier", "%(feed)s::text", "record.identiteit")
            connection.execute(
                "insert into weg_sleutel select distinct "
                f"{made} from (select rij.leverancier, {standing.identity(contract, table)} as identiteit "
                "from (select rij.*, bestand.leverancier, bestand.bestand "
                f"from raw.{table.name} as rij join weg_rij as weg on weg.tabel = %(tabel)s "
                "and weg.levering_id = rij.levering_id and weg.rij_nr = rij.rij_nr join levering.bestanden as bestand "
                "on bestand.levering_id = rij.levering_id) as rij) as record "
                "join kwaliteit.regel as regel on regel.feed = %(feed)s and regel.tabel = %(tabel)s".encode(),
                {"feed": contract.name, "tabel": table.name},
            )
            own = next((name for name in standing.key_columns(table) if name in numbers_of(table)), None)
            if own:
                connection.execute(
                    "insert into weg_sleutel select dossier.sleutel from kwaliteit.dossier as dossier "
                    "join weg_nummer as weg on weg.leverancier = dossier.leverancier and weg.nummer = dossier.record "
                    "where dossier.feed = %s and weg.kolom = %s",
                    [contract.name, own],
                )
    connection.execute(
        "insert into weg_sleutel select melding.sleutel from kwaliteit.melding as melding "
        "where melding.persoon_sleutel in (select sleutel from weg_persoon) or exists (select from weg_rij as weg "
        "where weg.tabel = melding.tabel and weg.levering_id = melding.levering_id and weg.rij_nr = melding.rij_nr)"
    )
    connection.execute("create index on weg_sleutel (sleutel)")
    connection.execute("analyze weg_sleutel")
    erased = {}
    for name in (
        "kwaliteit.melding",
        "kwaliteit.dossier_verloop",
        "kwaliteit.dossier_vorige",
        "kwaliteit.dossier",
        "levering.besluiten",
    ):
        which = (
            "dossier_id in (select dossier_id from kwaliteit.dossier "
            "where sleutel in (select sleutel from weg_sleutel))"
            if name == "kwaliteit.dossier_verloop"
            else "sleutel in (select sleutel from weg_sleutel)"
        )
        erased[name] = connection.execute(f"delete from {name} where {which}".encode()).rowcount
    return {name: rows for name, rows in erased.items() if rows}
