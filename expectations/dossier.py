"""The life cycle of findings: new, open, fixed, returned, accepted, from night to night.

One update per night, set by set in the database, after the marts are built (the chain rules are models of dbt) and
before anybody reads: `kwaliteit.melding` gets what stands, `kwaliteit.dossier` follows. A night that runs twice starts
from what was before it, so that its outcome depends on the deliveries alone and not on how often it ran.
"""

# ruff: noqa: S608 - no values in the queries
from __future__ import annotations

from datetime import date
from typing import Any

import psycopg

from doorstroom.warehouse import connect
from expectations import schema, scores, standing
from expectations.suites import DIMENSIES
from extracts import ledger
from extracts.pseudonym import without_bsns

#: Advisory lock: two updates at once would each start from the other's half ("doss" in ASCII).
_LOCK = 0x646F7373

#: What a finding becomes tonight: `vorige` is how it stood before tonight, `gezien.sleutel` is set when it stands.
_NEXT = """
    case
        when gezien.sleutel is null then 'opgelost'
        when vorige.status = 'opgelost' then 'teruggekeerd'
        when vorige.status = 'geaccepteerd' and vorige.geaccepteerd_tot >= %(nacht)s then 'geaccepteerd'
        else 'open'
    end
"""

_SEEN = """
    create temporary table gezien on commit drop as
    select distinct on (melding.sleutel)
        melding.sleutel, melding.regel_id, regel.ernst, dimensie.nederlands as dimensie, melding.leverancier,
        melding.feed, melding.record, melding.regio
    from kwaliteit.melding as melding
    join kwaliteit.regel as regel on regel.regel_id = melding.regel_id
    join (select * from unnest(%(engels)s::text[], %(nederlands)s::text[])) as dimensie (engels, nederlands)
        on dimensie.engels = regel.dimensie
    order by melding.sleutel, melding.levering_id desc, melding.rij_nr desc
"""

_TONIGHT = f"""
    create temporary table vannacht on commit drop as
    select vorige.dossier_id, vorige.status as van, {_NEXT} as naar, gezien.*
    from kwaliteit.dossier_vorige as vorige
    left join gezien on gezien.sleutel = vorige.sleutel
"""

_STEPS = (
    # What tonight's earlier run found and this one does not, was never there.
    "delete from kwaliteit.dossier where eerst_gezien = %(nacht)s "
    "and not exists (select from kwaliteit.dossier_vorige as vorige where vorige.dossier_id = dossier.dossier_id) "
    "and not exists (select from gezien where gezien.sleutel = dossier.sleutel)",
    # What a person decided since stands in `vorige`; the night's own steps are taken anew.
    "delete from kwaliteit.dossier_verloop as verloop where nacht = %(nacht)s and door is null and not exists "
    "(select from kwaliteit.dossier_verloop as besluit where besluit.dossier_id = verloop.dossier_id "
    "and besluit.nacht = verloop.nacht and besluit.door is not null and besluit.op > verloop.op)",
    """
    update kwaliteit.dossier set
        status = vannacht.naar,
        ernst = coalesce(vannacht.ernst, vorige.ernst),
        dimensie = coalesce(vannacht.dimensie, vorige.dimensie),
        record = coalesce(vannacht.record, vorige.record),
        regio = coalesce(vannacht.regio, vorige.regio),
        laatst_gezien = case when vannacht.sleutel is null then vorige.laatst_gezien else %(nacht)s end,
        opgelost_op = case
            when vannacht.naar <> 'opgelost' then null
            else coalesce(vorige.opgelost_op, %(nacht)s)
        end,
        teruggekeerd_op = case when vannacht.naar = 'teruggekeerd' then %(nacht)s else vorige.teruggekeerd_op end,
        keren = vorige.keren + (vannacht.naar = 'teruggekeerd')::integer,
        geaccepteerd_tot = case when vannacht.naar = 'geaccepteerd' then vorige.geaccepteerd_tot end,
        acceptatie_reden = case when vannacht.naar = 'geaccepteerd' then vorige.acceptatie_reden end
    from vannacht
    join kwaliteit.dossier_vorige as vorige on vorige.dossier_id = vannacht.dossier_id
    where dossier.dossier_id = vannacht.dossier_id
        -- most of what was fixed once stays as it is
        and not (dossier.status = 'opgelost' and vannacht.van = 'opgelost' and vannacht.naar = 'opgelost')
    """,
    """
    insert into kwaliteit.dossier
        (sleutel, regel_id, ernst, dimensie, leverancier, feed, record, regio, status, eerst_gezien, laatst_gezien)
    select sleutel, regel_id, ernst, dimensie, leverancier, feed, record, regio, 'nieuw', %(nacht)s, %(nacht)s
    from gezien
    where not exists (select from kwaliteit.dossier_vorige as vorige where vorige.sleutel = gezien.sleutel)
    on conflict (sleutel) do update set
        ernst = excluded.ernst, dimensie = excluded.dimensie, record = excluded.record, regio = excluded.regio
    """,
    """
    insert into kwaliteit.dossier_verloop (dossier_id, nacht, van, naar)
    select dossier_id, %(nacht)s::date, van, naar from vannacht where van <> naar
    union all
    select dossier_id, %(nacht)s, null, 'nieuw' from kwaliteit.dossier
    where not exists (select from kwaliteit.dossier_vorige as vorige where vorige.dossier_id = dossier.dossier_id)
    """,
    "insert into kwaliteit.dossier_nacht (nacht) values (%(nacht)s) "
    "on conflict (nacht) do update set bijgewerkt_op = now()",
    "analyze kwaliteit.dossier",
    "analyze kwaliteit.dossier_verloop",
)


class DossierError(Exception):
    """A finding cannot be accepted; the message says why."""


def bijwerken() -> dict[str, Any]:
    """Bring findings, scores and effects up to date with the night last begun; once a night, after the marts.

    Returns `nacht`, `meldingen` (findings that stand) and per status how many findings have it. The same night again
    gives the same outcome. The dossier never goes back in time: a night before the last one counts as the last one.
    Raises GeenNachtError.
    """
    with connect() as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        schema.prepare(connection)
        night, again = _night(connection)
        found = standing.fill(connection)
        if not again:
            connection.execute("truncate kwaliteit.dossier_vorige")
            connection.execute("insert into kwaliteit.dossier_vorige select * from kwaliteit.dossier")
            connection.execute("analyze kwaliteit.dossier_vorige")
        connection.execute(_SEEN, {"engels": list(DIMENSIES), "nederlands": list(DIMENSIES.values())})
        connection.execute("analyze gezien")
        connection.execute(_TONIGHT.encode(), {"nacht": night})
        for step in _STEPS:
            connection.execute(step.encode(), {"nacht": night})
        scores.update(connection, night)
        counts = connection.execute("select status, count(*) from kwaliteit.dossier group by status").fetchall()
    return {"nacht": night.isoformat(), "meldingen": found, **dict(counts)}


def _night(connection: psycopg.Connection) -> tuple[date, bool]:
    """Return the date of the night, and whether the dossier was brought up to date in it before."""
    night = ledger.current(connection).datum
    row = connection.execute("select max(nacht) from kwaliteit.dossier_nacht").fetchone()
    last = row[0] if row else None
    return (last, True) if last and night <= last else (night, False)


def accepteren(sleutel: str, reden: str, tot: date | str, door: str) -> dict[str, Any]:
    """Accept a finding for a reason, until and including a date; after it the finding is open again.

    The finding stands in the data as before: accepting mends nothing, and once it is fixed the acceptance ends. Returns
    `sleutel`, `regel_id`, `leverancier`, `record` and `tot`. Raises DossierError without a reason, for a date that is
    none or lies before the last night, and for a finding that does not exist or is fixed.
    """
    reden = without_bsns(reden.strip())
    if not reden:
        raise DossierError("Geef een reden; die staat in het rapport bij de geaccepteerde bevinding.")
    until = _date(tot)
    with connect() as connection:
        if not standing.exists(connection, "kwaliteit.dossier"):
            raise DossierError("Er zijn nog geen bevindingen; draai eerst een nacht (make nightly).")
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        row = connection.execute(
            "select dossier_id, status, regel_id, leverancier, feed, record, "
            "(select max(nacht) from kwaliteit.dossier_nacht) from kwaliteit.dossier where sleutel = %s",
            [sleutel],
        ).fetchone()
        if row is None:
            message = f"Er is geen bevinding met sleutel {sleutel}; zie kwaliteit.dossier of de lijst in het rapport."
            raise DossierError(message)
        dossier_id, status, regel_id, leverancier, feed, record, night = row
        if status == "opgelost":
            message = f"Bevinding {sleutel} is al opgelost; er valt niets te accepteren."
            raise DossierError(message)
        if until < night:
            message = f"TOT={until} ligt voor de laatste nacht ({night}); de acceptatie zou meteen voorbij zijn."
            raise DossierError(message)
        connection.execute(
            "update kwaliteit.dossier set status = 'geaccepteerd', geaccepteerd_tot = %s, acceptatie_reden = %s "
            "where dossier_id = %s",
            [until, reden, dossier_id],
        )
        # The same night again must not undo what a person decided.
        connection.execute("delete from kwaliteit.dossier_vorige where dossier_id = %s", [dossier_id])
        connection.execute(
            "insert into kwaliteit.dossier_vorige select * from kwaliteit.dossier where dossier_id = %s", [dossier_id]
        )
        connection.execute(
            "insert into kwaliteit.dossier_verloop (dossier_id, nacht, van, naar, door) "
            "values (%s, %s, %s, 'geaccepteerd', %s)",
            [dossier_id, night, status, door],
        )
        ledger.decide(
            connection,
            ledger.ACCEPTEREN,
            door,
            reden=reden,
            leverancier=leverancier,
            feed=feed,
            sleutel=sleutel,
            tot=until,
        )
    return {
        "sleutel": sleutel,
        "regel_id": regel_id,
        "leverancier": leverancier,
        "record": record,
        "tot": until.isoformat(),
    }


def _date(tot: date | str) -> date:
    if isinstance(tot, date):
        return tot
    try:
        return date.fromisoformat(tot.strip())
    except ValueError:
        message = f"TOT={tot} is geen datum; schrijf die als 2021-06-30."
        raise DossierError(message) from None
