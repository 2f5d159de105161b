"""What the quality report reads: the life cycle of findings, deliveries, scores and effects, as counts.

A report tells about two moments: the night it stands on (`peil`) and the night of the report before (`voor`). How a
finding stood then follows from `kwaliteit.dossier_verloop`, so that a report of an earlier week can be made again.
Every figure is limited to a `Scope`: one supplier, or the suppliers of a regio.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from reports.figures import exists

DIMENSIONS = ("volledig", "geldig", "uniek", "consistent", "tijdig")
#: Weeks in a trend.
WEEKS = 12


@dataclass(frozen=True)
class Scope:
    """Whose findings: of `own` suppliers all, of `shared` ones (in more regios) those of `regio` or of none."""

    own: frozenset[str]
    shared: frozenset[str] = field(default_factory=frozenset)
    regio: str | None = None

    @classmethod
    def of(cls, suppliers: Iterable[str]) -> Scope:
        """Return the scope of these suppliers, whole."""
        return cls(frozenset(suppliers))

    @property
    def names(self) -> frozenset[str]:
        """Every supplier in it."""
        return self.own | self.shared

    @property
    def parameters(self) -> dict[str, Any]:
        """What the queries below call it."""
        return {"own": sorted(self.own), "shared": sorted(self.shared), "regio": self.regio}


@dataclass(frozen=True)
class Moments:
    """The night a report stands on and the night it is compared with; `voor` is None for a first report."""

    peil: date
    voor: date | None = None

    @property
    def week(self) -> date:
        """The Monday of the week of the report."""
        return monday(self.peil)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the queries below call them."""
        return {"peil": self.peil, "voor": self.voor, "week": self.week}


def monday(day: date) -> date:
    """Return the Monday of the week of this day."""
    return day - timedelta(days=day.weekday())


def has_dossier(connection: psycopg.Connection) -> bool:
    """Whether the life cycle was ever brought up to date: not yet after a first night that failed half-way."""
    return exists(connection, "kwaliteit.dossier_nacht") and bool(
        connection.execute("select exists (select from kwaliteit.dossier_nacht)").fetchone() == (True,)
    )


def _rows(connection: psycopg.Connection, query: str, *parameters: dict[str, Any]) -> list[dict[str, Any]]:
    merged: dict[str, Any] = {}
    for one in parameters:
        merged.update(one)
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), merged).fetchall()


_IN_SCOPE = """(
    {alias}.leverancier = any(%(own)s)
    or ({alias}.leverancier = any(%(shared)s) and ({alias}.regio = %(regio)s or {alias}.regio is null))
)"""

#: One row per finding that stood at either moment: what happened to it in between. `kort` came and went in between.
_CHANGES = f"""
    stand as (
        select
            dossier.dossier_id,
            (
                select verloop.naar from kwaliteit.dossier_verloop as verloop
                where verloop.dossier_id = dossier.dossier_id and verloop.nacht <= %(voor)s::date
                order by verloop.nacht desc, verloop.op desc limit 1
            ) as voor,
            (
                select verloop.naar from kwaliteit.dossier_verloop as verloop
                where verloop.dossier_id = dossier.dossier_id and verloop.nacht <= %(peil)s::date
                order by verloop.nacht desc, verloop.op desc limit 1
            ) as na
        from kwaliteit.dossier as dossier
        where {_IN_SCOPE.format(alias="dossier")} and dossier.eerst_gezien <= %(peil)s::date
    ),

    wijziging as (
        select
            dossier.*,
            stand.voor,
            stand.na,
            case
                when stand.na = 'geaccepteerd' then 'geaccepteerd'
                when stand.na = 'opgelost' and stand.voor is null then 'kort'
                when stand.na = 'opgelost' and stand.voor <> 'opgelost' then 'opgelost'
                when stand.na = 'opgelost' then 'oud'
                when stand.voor is null then 'nieuw'
                when stand.voor = 'opgelost' then 'teruggekeerd'
                else 'gebleven'
            end as wat
        from stand
        inner join kwaliteit.dossier as dossier on stand.dossier_id = dossier.dossier_id
        where stand.na is not null
    )
"""  # noqa: S608 - no values

_COUNTS = """
    count(*) filter (where wat = 'nieuw') as nieuw,
    count(*) filter (where wat = 'opgelost') as opgelost,
    count(*) filter (where wat = 'teruggekeerd') as teruggekeerd,
    count(*) filter (where wat = 'gebleven') as gebleven,
    count(*) filter (where wat in ('nieuw', 'teruggekeerd', 'gebleven')) as open,
    count(*) filter (where wat in ('nieuw', 'teruggekeerd', 'gebleven') and ernst = 'blokkerend') as blokkerend,
    count(*) filter (where wat = 'geaccepteerd') as geaccepteerd,
    count(*) filter (where wat = 'kort') as kort
"""
COUNTS = ("nieuw", "opgelost", "teruggekeerd", "gebleven", "open", "blokkerend", "geaccepteerd", "kort")

_SEVERITY = "array_position(array['blokkerend', 'fout', 'signaal'], {})"


def totals(connection: psycopg.Connection, scope: Scope, moments: Moments) -> dict[str, int]:
    """Count findings by what happened to them: nieuw, opgelost, teruggekeerd, open, geaccepteerd (COUNTS).

    `open` = nieuw + teruggekeerd + gebleven: what stands at `peil` and is not accepted. Against no earlier report
    everything that stands is nieuw.
    """
    if not has_dossier(connection):
        return dict.fromkeys(COUNTS, 0)
    query = f"with {_CHANGES} select {_COUNTS} from wijziging"  # noqa: S608 - no values
    return _rows(connection, query, scope.parameters, moments.parameters)[0]


def per_supplier(connection: psycopg.Connection, scope: Scope, moments: Moments) -> dict[str, dict[str, int]]:
    """Return the same counts per supplier that has any."""
    if not has_dossier(connection):
        return {}
    query = f"with {_CHANGES} select leverancier, {_COUNTS} from wijziging group by leverancier"  # noqa: S608
    return {row.pop("leverancier"): row for row in _rows(connection, query, scope.parameters, moments.parameters)}


def per_rule(connection: psycopg.Connection, scope: Scope, moments: Moments) -> list[dict[str, Any]]:
    """Return the same counts per rule and feed with what is wrong and how to mend it, the gravest and most first.

    `leveranciers` are the suppliers with an open finding, `kolom` the column where the rule is about one.
    """
    if not has_dossier(connection):
        return []
    return _rows(
        connection,
        f"""
        with {_CHANGES}
        select
            wijziging.regel_id,
            wijziging.feed,
            min(wijziging.ernst) as ernst,
            min(wijziging.dimensie) as dimensie,
            coalesce(min(regel.omschrijving), wijziging.regel_id) as omschrijving,
            min(regel.herstel) as herstel,
            min(regel.kolom) as kolom,
            coalesce(
                array_agg(distinct wijziging.leverancier)
                    filter (where wat in ('nieuw', 'teruggekeerd', 'gebleven')),
                '{{}}'
            ) as leveranciers,
            {_COUNTS.replace("ernst", "wijziging.ernst")}
        from wijziging
        left join kwaliteit.regel as regel on wijziging.regel_id = regel.regel_id
        where wijziging.wat <> 'oud'
        group by wijziging.regel_id, wijziging.feed
        order by
            {_SEVERITY.format("min(wijziging.ernst)")},
            count(*) filter (where wat in ('nieuw', 'teruggekeerd', 'gebleven')) desc,
            wijziging.regel_id,
            wijziging.feed
        """,  # noqa: S608 - no values
        scope.parameters,
        moments.parameters,
    )


def accepted(connection: psycopg.Connection, scope: Scope, moments: Moments) -> list[dict[str, Any]]:
    """Return what is accepted: rule, supplier, reason and until when, with how many findings."""
    if not has_dossier(connection):
        return []
    return _rows(
        connection,
        f"""
        with {_CHANGES}
        select
            wijziging.leverancier,
            coalesce(regel.omschrijving, wijziging.regel_id) as omschrijving,
            wijziging.acceptatie_reden as reden,
            wijziging.geaccepteerd_tot as tot,
            count(*) as aantal
        from wijziging
        left join kwaliteit.regel as regel on wijziging.regel_id = regel.regel_id
        where wijziging.wat = 'geaccepteerd'
        group by 1, 2, 3, 4
        order by tot, leverancier, omschrijving
        """,  # noqa: S608 - no values
        scope.parameters,
        moments.parameters,
    )


def listing(connection: psycopg.Connection, supplier: str, moments: Moments) -> list[dict[str, Any]]:
    """Return every finding of a supplier that stands at `peil` or was solved since `voor`, one row each.

    With the supplier's own record number; file and row are those of the delivery it stands in now, so only of
    findings that still stand after the last night.
    """
    if not has_dossier(connection):
        return []
    return _rows(
        connection,
        f"""
        with {_CHANGES},
        plaats as (
            select distinct on (melding.sleutel) melding.sleutel, bestand.bestand, melding.rij_nr
            from kwaliteit.melding as melding
            left join levering.bestanden as bestand on melding.levering_id = bestand.levering_id
            where melding.leverancier = any(%(own)s)
            order by melding.sleutel, melding.levering_id desc, melding.rij_nr desc
        )
        select
            wijziging.regel_id,
            wijziging.ernst,
            coalesce(regel.omschrijving, wijziging.regel_id) as omschrijving,
            regel.herstel,
            wijziging.feed,
            regel.kolom,
            plaats.bestand,
            plaats.rij_nr,
            wijziging.record,
            case when wijziging.wat = 'gebleven' then 'open' else wijziging.wat end as status,
            wijziging.eerst_gezien,
            wijziging.geaccepteerd_tot,
            wijziging.sleutel
        from wijziging
        left join plaats on wijziging.sleutel = plaats.sleutel
        left join kwaliteit.regel as regel on wijziging.regel_id = regel.regel_id
        where wijziging.wat in ('nieuw', 'teruggekeerd', 'gebleven', 'geaccepteerd', 'opgelost')
        order by
            array_position(array['nieuw', 'teruggekeerd', 'gebleven', 'geaccepteerd', 'opgelost'], wijziging.wat)
                >= 4,
            {_SEVERITY.format("wijziging.ernst")},
            wijziging.feed,
            wijziging.regel_id,
            wijziging.record,
            plaats.rij_nr
        """,  # noqa: S608 - no values
        Scope.of([supplier]).parameters,
        moments.parameters,
    )


def deliveries(connection: psycopg.Connection, scope: Scope, moments: Moments) -> list[dict[str, Any]]:
    """Return per supplier and feed what came in since `voor`, the last accepted delivery and how late it is.

    `te_laat_dagen` is None where a feed has no rhythm or nothing is known of it. A zip counts by its messages.
    """
    late = exists(connection, "kwaliteit.score")
    return _rows(
        connection,
        f"""
        with bestand as (
            select * from levering.bestanden
            where leverancier = any(%(namen)s) and nacht <= %(peil)s and feed <> 'berichten'
        )
        select
            bestand.leverancier,
            bestand.feed,
            coalesce(min(feed.titel), 'Onbekend bestand') as titel,
            min(feed.frequentie) as frequentie,
            max(bestand.leverdatum) filter (where bestand.status in ('geaccepteerd', 'dubbel', 'vervangen'))
                as laatste,
            {"min(laat.dagen)" if late else "null::integer"} as te_laat_dagen,
            count(*) filter (where sinds) as bestanden,
            count(*) filter (where sinds and bestand.status = 'geweigerd') as geweigerd,
            count(*) filter (where bestand.status = 'aangehouden') as aangehouden,
            coalesce(sum(bestand.rijen_gelezen) filter (where sinds), 0)::bigint as rijen_gelezen,
            coalesce(sum(bestand.rijen_geladen) filter (where sinds), 0)::bigint as rijen_geladen,
            coalesce(sum(bestand.rijen_quarantaine) filter (where sinds), 0)::bigint as rijen_quarantaine
        from bestand
        cross join lateral (select %(voor)s::date is null or bestand.nacht > %(voor)s::date as sinds) as periode
        left join levering.feeds as feed on bestand.feed = feed.feed
        {
            '''left join (
            select leverancier, feed, max(te_laat_dagen) as dagen from kwaliteit.score
            where week = %(week)s group by leverancier, feed
        ) as laat on bestand.leverancier = laat.leverancier and bestand.feed = laat.feed'''
            if late
            else ""
        }
        group by bestand.leverancier, bestand.feed
        order by bestand.leverancier, bestand.feed
        """,  # noqa: S608 - no values
        {"namen": sorted(scope.names)},
        moments.parameters,
    )


def turned_away(connection: psycopg.Connection, scope: Scope, moments: Moments) -> list[dict[str, Any]]:
    """Return the files that are held, and those refused since `voor`, the newest first.

    `daarna` is the leverdatum of a later accepted delivery of the same feed, if any.
    """
    return _rows(
        connection,
        """
        select
            bestand.leverancier,
            bestand.bestand,
            bestand.feed,
            bestand.leverdatum,
            bestand.status,
            bestand.reden,
            (
                select max(later.leverdatum) from levering.bestanden as later
                where later.leverancier = bestand.leverancier and later.feed = bestand.feed
                    and later.status = 'geaccepteerd' and later.nacht <= %(peil)s
                    and (later.leverdatum, later.levering_id) > (bestand.leverdatum, bestand.levering_id)
            ) as daarna
        from levering.bestanden as bestand
        where bestand.leverancier = any(%(namen)s)
            and bestand.nacht <= %(peil)s
            and (
                bestand.status = 'aangehouden'
                or (bestand.status = 'geweigerd' and (%(voor)s::date is null or bestand.nacht > %(voor)s::date))
            )
        order by bestand.status, bestand.leverdatum desc nulls first, bestand.bestand
        """,
        {"namen": sorted(scope.names)},
        moments.parameters,
    )


def scores(connection: psycopg.Connection, scope: Scope, moments: Moments) -> dict[str, dict[date, float | None]]:
    """Return per dimension the score of each of the last WEEKS weeks that has one: percentage of rows without finding.

    Over feeds and suppliers together, weighed by rows. None = niet van toepassing.
    """
    return _by_dimension(_scores(connection, scope, moments, "true"))


def supplier_scores(connection: psycopg.Connection, scope: Scope, moments: Moments) -> list[dict[str, Any]]:
    """Return per supplier and dimension the score of this week (None = niet van toepassing) and whether it alarms."""
    return [row for row in _scores(connection, scope, moments, "leverancier") if row["week"] == moments.week]


def _by_dimension(rows: list[dict[str, Any]]) -> dict[str, dict[date, float | None]]:
    found: dict[str, dict[date, float | None]] = {dimension: {} for dimension in DIMENSIONS}
    for row in rows:
        found[row["dimensie"]][row["week"]] = row["score"]
    return found


def _scores(connection: psycopg.Connection, scope: Scope, moments: Moments, key: str) -> list[dict[str, Any]]:
    if not exists(connection, "kwaliteit.score"):
        return []
    return _rows(
        connection,
        # Rounded down: 100 says that not one row has a finding.
        f"""
        select
            {key} as leverancier,
            week,
            dimensie,
            (floor(10 * sum(score * rijen) / nullif(sum(rijen) filter (where score is not null), 0)) / 10)::float
                as score,
            bool_or(alarm) as alarm
        from kwaliteit.score
        where leverancier = any(%(namen)s) and week between %(eerste)s and %(week)s
        group by 1, week, dimensie
        order by 1, week, dimensie
        """,  # noqa: S608 - no values
        {"namen": sorted(scope.names), "eerste": moments.week - timedelta(weeks=WEEKS - 1)},
        moments.parameters,
    )


def effect(connection: psycopg.Connection, scope: Scope, moments: Moments) -> list[dict[str, Any]]:
    """Return per mart how many clients and findings are behind it that are not right, most clients first.

    Each client counts once per mart, whatever the number of findings. That is known of the last night only; of an
    earlier one `clienten` is the most any one rule has, and `minstens` is true.
    """
    if not exists(connection, "kwaliteit.effect"):
        return []
    return _rows(
        connection,
        f"""
        with per_regel as (
            select mart, sum(meldingen)::bigint as meldingen, max(clienten) as clienten
            from kwaliteit.effect as effect
            where effect.leverancier = any(%(namen)s)
                and effect.nacht = (select max(nacht) from kwaliteit.effect where nacht <= %(peil)s)
            group by mart
        ),

        per_client as (
            select mart, count(distinct melding.persoon_sleutel) as clienten, count(*) as meldingen
            from kwaliteit.melding as melding
            inner join kwaliteit.regel as regel on melding.regel_id = regel.regel_id
            cross join lateral regexp_split_to_table(regel.raakt, '\\s+') as mart
            where {_IN_SCOPE.format(alias="melding")} and mart <> ''
                and %(peil)s::date = (select max(nacht) from kwaliteit.dossier_nacht)
            group by mart
        )

        select
            per_regel.mart,
            coalesce(per_client.clienten, per_regel.clienten) as clienten,
            coalesce(per_client.meldingen, per_regel.meldingen) as meldingen,
            per_client.mart is null as minstens
        from per_regel
        left join per_client on per_regel.mart = per_client.mart
        order by clienten desc, meldingen desc, mart
        """,  # noqa: S608 - no values
        scope.parameters,
        {"namen": sorted(scope.names)},
        moments.parameters,
    )


def nights(connection: psycopg.Connection, until: date) -> tuple[date | None, date | None]:
    """Return the last night up to and including a day, and the last one before the week of that night."""
    row = connection.execute("select max(datum) from levering.nachten where datum <= %s", [until]).fetchone()
    last = row[0] if row else None
    if last is None:
        return None, None
    row = connection.execute("select max(datum) from levering.nachten where datum < %s", [monday(last)]).fetchone()
    return last, row[0] if row else None
