"""All marts as they were at a moment, beside the live ones (definitions, «Completeness of a period»: `kennis_op`).

Nothing is taken in and nothing live changes: the same definitions are built on what was known then, in schemas of their
own name. What was published at that moment stands in schema `vintage`; both are equal, cell for cell, as long as the
definitions are the same.
"""

# ruff: noqa: PLC0415 - dbt takes seconds to import
from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from doorstroom.settings import Settings, SettingsError
from doorstroom.warehouse import TIMEZONE, connect

MARTS = "marts"
#: Built on the way and dropped afterwards: they hold pseudonyms, and nobody reads them.
HELPERS = ("staging", "intermediate", "referentie")


def parse_moment(text: str, name: str = "KENNIS_OP") -> datetime:
    """Return the moment a text says, in Dutch time unless it says otherwise; raises SettingsError."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or len(text.strip()) <= len("2020-07-01"):
        message = (
            f"{name}={text} is geen tijdstip; schrijf dag en tijd als 2020-07-01T06:00 "
            f"({name} is not a moment: write date and time as 2020-07-01T06:00)."
        )
        raise SettingsError(message)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(TIMEZONE))


def suffix(moment: datetime) -> str:
    """Return what stands behind the names of the schemas of a moment: `_kennis_20200701t0600`, in Dutch time."""
    return f"_kennis_{moment.astimezone(ZoneInfo(TIMEZONE)):%Y%m%dt%H%M%S}".removesuffix("00")


def rebuild(kennis_op: str, *, keep_helpers: bool = False) -> dict[str, Any]:
    """Build every mart as it would have been at a moment; returns `kennis_op`, `schema` and `marts` (how many).

    The night is the last one that was run by then. Raises SettingsError when the text is no moment or nothing was known
    yet, BuildError when dbt fails; `keep_helpers` keeps the schemas the marts were built from.
    """
    from doorstroom import dbt_build

    moment = parse_moment(kennis_op)
    behind = suffix(moment)
    with connect() as connection:
        _check(connection, moment, kennis_op)
        # Left by a rebuild that was broken off.
        drop(connection, behind, (MARTS, *HELPERS))
    outcome = dbt_build.build_as_of(Settings.from_env(), moment.isoformat(), behind)
    with connect() as connection:
        if not keep_helpers:
            drop(connection, behind, HELPERS)
        connection.execute(
            sql.SQL("comment on schema {} is {}").format(
                sql.Identifier(f"{MARTS}{behind}"),
                sql.Literal(
                    f"De marts zoals ze waren op {moment.isoformat()}, opnieuw gemaakt uit wat toen bekend was."
                ),
            )
        )
    return {"kennis_op": moment.isoformat(), "schema": f"{MARTS}{behind}", "marts": outcome}


def _check(connection: psycopg.Connection, moment: datetime, text: str) -> None:
    known = None
    if connection.execute("select to_regclass('levering.status_verloop')").fetchone() != (None,):
        known = connection.execute("select min(bekend_op) from levering.status_verloop").fetchone()
    if known is None or known[0] is None or known[0] > moment:
        message = f"KENNIS_OP={text}: toen was nog niets bekend (nothing was known yet at that moment)."
        raise SettingsError(message)


def drop(connection: psycopg.Connection, behind: str, schemas: tuple[str, ...]) -> None:
    """Drop what was built as of a moment: these schemas with that suffix."""
    for name in schemas:
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(f"{name}{behind}")))
