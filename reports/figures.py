"""What the summary and the quality report read from the warehouse: counts of files, rows and findings, and the flows.

Only counts and reasons leave this module; no rows, no keys of persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

#: Kinds of suppliers in the order of the night, as a reader knows them.
KINDS = {
    "sdd": "Sociale Dienst Drechtsteden",
    "vggm": "VGGM",
    "zorgaanbieders": "Zorgaanbieders",
    "corporaties": "Woningcorporaties",
}
REGIONS = {"DAV": "Drechtsteden, Alblasserwaard-Vijfheerenlanden", "CG": "Centraal Gelderland"}
DOMAINS = {"BW": "Beschermd wonen", "MO": "Maatschappelijke opvang", "VO": "Vrouwenopvang"}

#: Two suppliers are a whole kind, with a fixed regio (deliveries.md).
REGION_OF_KIND = {"sdd": "DAV", "vggm": "CG"}


@dataclass(frozen=True)
class Night:
    """The night last begun."""

    nacht_id: int
    datum: Any
    gestart_op: Any


def exists(connection: psycopg.Connection, relation: str) -> bool:
    """Whether a table or view (schema.name) is there: after a first night that failed some are not."""
    row = connection.execute("select to_regclass(%s) is not null", [relation]).fetchone()
    return row is not None and bool(row[0])


def _rows(connection: psycopg.Connection, query: str, parameters: Any = None) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()


def last_night(connection: psycopg.Connection) -> Night | None:
    """Return the night last begun, or None when there was none."""
    if not exists(connection, "levering.nachten"):
        return None
    row = connection.execute(
        "select nacht_id, datum, gestart_op from levering.nachten order by nacht_id desc limit 1"
    ).fetchone()
    return Night(*row) if row else None


def intake(connection: psycopg.Connection, since: Any = None) -> list[dict[str, Any]]:
    """Count files by fate and rows, one row per supplier.

    With `since` only the files processed from that moment on. A zip's own ledger row is no file with rows and is
    left out; its messages count.
    """
    return _rows(
        connection,
        """
        select
            soort_leverancier as soort,
            leverancier,
            count(*) as bestanden,
            count(*) filter (where status = 'geaccepteerd') as geaccepteerd,
            count(*) filter (where status = 'geweigerd') as geweigerd,
            count(*) filter (where status = 'aangehouden') as aangehouden,
            count(*) filter (where status = 'dubbel') as dubbel,
            count(*) filter (where status = 'vervangen') as vervangen,
            coalesce(sum(rijen_gelezen), 0) as rijen_gelezen,
            coalesce(sum(rijen_geladen), 0) as rijen_geladen,
            coalesce(sum(rijen_quarantaine), 0) as rijen_quarantaine,
            coalesce(sum(rijen_vergeten), 0) as rijen_vergeten,
            max(leverdatum) filter (where status = 'geaccepteerd') as laatste_levering
        from levering.bestanden
        where (%(since)s::timestamptz is null or verwerkt_op >= %(since)s)
            and (feed <> 'berichten' or status <> 'geaccepteerd')
        group by soort_leverancier, leverancier
        order by
            array_position(array['sdd', 'vggm', 'zorgaanbieders', 'corporaties'], soort_leverancier), leverancier
        """,
        {"since": since},
    )


def late(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """Return the feeds whose next delivery is late in the last night, the longest first."""
    return _rows(
        connection,
        """
        select leverancier, feed, te_laat_dagen as dagen, laatste_leverdatum as laatste
        from levering.te_laat
        where te_laat_dagen > 0
        order by te_laat_dagen desc, leverancier, feed
        """,
    )


def turned_away(connection: psycopg.Connection, since: Any = None, supplier: str | None = None) -> list[dict[str, Any]]:
    """Return the refused and held files with their reason, newest first."""
    return _rows(
        connection,
        """
        select leverancier, bestand, leverdatum, status, reden
        from levering.bestanden
        where status in ('geweigerd', 'aangehouden')
            and (%(since)s::timestamptz is null or verwerkt_op >= %(since)s)
            and (%(supplier)s::text is null or leverancier = %(supplier)s)
        order by leverdatum desc nulls first, bestand
        """,
        {"since": since, "supplier": supplier},
    )


def feeds(connection: psycopg.Connection, supplier: str) -> list[dict[str, Any]]:
    """Return the feeds of one supplier: files, rows and the latest accepted leverdatum."""
    return _rows(
        connection,
        """
        select
            feed,
            count(*) as bestanden,
            count(*) filter (where status = 'geaccepteerd') as geaccepteerd,
            count(*) filter (where status = 'geweigerd') as geweigerd,
            count(*) filter (where status = 'aangehouden') as aangehouden,
            coalesce(sum(rijen_gelezen), 0) as rijen_gelezen,
            coalesce(sum(rijen_geladen), 0) as rijen_geladen,
            coalesce(sum(rijen_quarantaine), 0) as rijen_quarantaine,
            max(leverdatum) filter (where status = 'geaccepteerd') as laatste_levering
        from levering.bestanden
        where leverancier = %s and feed <> 'berichten'
        group by feed
        order by feed
        """,
        [supplier],
    )


def findings(connection: psycopg.Connection, supplier: str) -> list[dict[str, Any]]:
    """Return the findings of one supplier per rule, the gravest first, over every delivery and over the latest one.

    A snapshot repeats its errors every night, so the latest delivery tells what is still to be mended.
    """
    if not exists(connection, "kwaliteit.bevinding"):
        return []
    return _rows(
        connection,
        """
        with laatste as (
            select feed, max(leverdatum) as leverdatum
            from levering.bestanden
            where leverancier = %(supplier)s and status = 'geaccepteerd'
            group by feed
        )

        select
            regel.feed,
            regel.kolom,
            regel.dimensie,
            bevinding.ernst,
            regel.omschrijving,
            bevinding.regel_id,
            count(*) as bevindingen,
            count(*) filter (where laatste.feed is not null) as in_laatste_levering
        from kwaliteit.bevinding as bevinding
        inner join levering.bestanden as bestand on bevinding.levering_id = bestand.levering_id
        inner join kwaliteit.regel as regel on bevinding.regel_id = regel.regel_id
        left join laatste on bestand.feed = laatste.feed and bestand.leverdatum = laatste.leverdatum
        where bestand.leverancier = %(supplier)s
        group by regel.feed, regel.kolom, regel.dimensie, bevinding.ernst, regel.omschrijving, bevinding.regel_id
        order by array_position(array['blokkerend', 'fout', 'signaal'], bevinding.ernst), bevindingen desc, regel_id
        """,
        {"supplier": supplier},
    )


def regions_of_suppliers(connection: psycopg.Connection) -> dict[str, str]:
    """Return the regio of each care provider that is known to have one."""
    if not exists(connection, "intermediate.int_leverancier__regio"):
        return {}
    return {
        row["leverancier"]: row["regio"]
        for row in _rows(connection, "select leverancier, regio from intermediate.int_leverancier__regio")
    }


def flows(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """Return stand, in- and uitstroom per regio, domain, basis and year, from `marts.mart_stroombalans`.

    Herkomst, perimeter A for beschermd wonen; basis toewijzing for beschermd wonen only. `overig` is what changed
    otherwise (wissel and grens), so that begin + in - uit + overig = eind.
    """
    if not exists(connection, "marts.mart_stroombalans"):
        return []
    return _rows(
        connection,
        """
        with gekozen as (
            select *, extract(year from maand)::int as jaar
            from marts.mart_stroombalans
            where gemeente_basis = 'herkomst'
                and perimeter in ('A', '-')
                and (basis = 'levering' or domein = 'BW')
        ),

        grenzen as (
            select regio, domein, basis, jaar, min(maand) as eerste, max(maand) as laatste
            from gekozen
            group by regio, domein, basis, jaar
        )

        select
            gekozen.regio,
            gekozen.domein,
            gekozen.basis,
            gekozen.jaar,
            (grenzen.laatste + interval '1 month')::date as tot,
            coalesce(sum(stand_begin) filter (where maand = eerste), 0)::int as stand_begin,
            sum(instroom)::int as instroom,
            sum(uitstroom)::int as uitstroom,
            sum(wissel_in - wissel_uit + grens_in - grens_uit)::int as overig,
            coalesce(sum(stand_eind) filter (where maand = laatste), 0)::int as stand_eind
        from gekozen
        inner join grenzen using (regio, domein, basis, jaar)
        group by gekozen.regio, gekozen.domein, gekozen.basis, gekozen.jaar, grenzen.laatste
        order by
            array_position(array['DAV', 'CG'], gekozen.regio),
            array_position(array['BW', 'MO', 'VO'], gekozen.domein),
            gekozen.basis,
            gekozen.jaar
        """,
    )
