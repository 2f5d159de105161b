"""Schema `kwaliteit`: the catalogue of rules, the results of each judging, the findings and the quarantine."""

from __future__ import annotations

import hashlib
from functools import cache

import psycopg

from expectations import dossier_schema
from expectations.suites import Rule, whole_catalogue

#: Advisory lock for making the schema: two feeds may be judged at the same moment.
_PREPARE_LOCK = 0x6B77616C

_DDL = """
create schema if not exists kwaliteit;
comment on schema kwaliteit is 'Wat de beoordeling van de leveringen vond; houdt geen waarden vast.';

create table if not exists kwaliteit.regel (
    regel_id text primary key,
    feed text not null,
    tabel text not null,
    kolom text,
    dimensie text not null,
    ernst text not null check (ernst in ('blokkerend', 'fout', 'signaal')),
    omschrijving text not null
);
alter table kwaliteit.regel add column if not exists herstel text not null default '';
alter table kwaliteit.regel add column if not exists bron text not null default '';
alter table kwaliteit.regel add column if not exists soort text not null default 'rij';
alter table kwaliteit.regel add column if not exists raakt text not null default '';
alter table kwaliteit.regel add column if not exists drempel numeric;
comment on table kwaliteit.regel is 'De regels op de leveringen, afgeleid uit de contracten.';
comment on column kwaliteit.regel.regel_id is 'Vast nummer: <tabel>.<kolom>.<soort>.';
comment on column kwaliteit.regel.feed is 'Naam van het contract.';
comment on column kwaliteit.regel.tabel is 'Tabel in schema raw.';
comment on column kwaliteit.regel.kolom is 'Kolom zoals geleverd; leeg als de regel over de rij of het bestand gaat.';
comment on column kwaliteit.regel.dimensie is 'completeness, validity, uniqueness, consistency of timeliness.';
comment on column kwaliteit.regel.ernst is 'blokkerend: de rij gaat in quarantaine; fout, signaal: de rij telt mee.';
comment on column kwaliteit.regel.omschrijving is 'Wat er mis is, voor de leverancier.';
comment on column kwaliteit.regel.herstel is 'Hoe de leverancier het bij de bron herstelt.';
comment on column kwaliteit.regel.bron is
'Waar de regel vandaan komt: TR, CS, CD, OP of codelijst (iWmo), D, Q, S, E, X (definities), LA (leveringsafspraak).';
comment on column kwaliteit.regel.soort is 'rij, bestand of keten (over leveranciers heen).';
comment on column kwaliteit.regel.raakt is 'Marts die door een bevinding anders uitvallen, gescheiden door spaties.';
comment on column kwaliteit.regel.drempel is 'Aandeel afwijkende rijen waarboven alarm; leeg: dat van de leverancier.';

create table if not exists kwaliteit.validatie (
    validatie_id bigint generated always as identity primary key,
    nacht date not null,
    tabel text not null,
    regel_id text not null,
    ernst text not null,
    rijen bigint not null,
    afwijkingen bigint not null,
    geslaagd boolean not null,
    uitgevoerd_op timestamptz not null default now()
);
comment on table kwaliteit.validatie is 'Eén rij per regel per beoordeling.';
comment on column kwaliteit.validatie.nacht is 'DATE van de nacht waarin is beoordeeld.';
comment on column kwaliteit.validatie.tabel is 'Tabel in schema raw.';
comment on column kwaliteit.validatie.regel_id is 'De regel.';
comment on column kwaliteit.validatie.ernst is 'Ernst van de regel op dat moment.';
comment on column kwaliteit.validatie.rijen is 'Rijen waarop de regel is losgelaten.';
comment on column kwaliteit.validatie.afwijkingen is 'Rijen die de regel breken.';
comment on column kwaliteit.validatie.geslaagd is 'Of geen rij de regel breekt.';
comment on column kwaliteit.validatie.uitgevoerd_op is 'Wanneer is beoordeeld.';

create table if not exists kwaliteit.bevinding (
    levering_id bigint not null,
    tabel text not null,
    rij_nr integer,
    regel_id text not null,
    ernst text not null
);
comment on table kwaliteit.bevinding is 'Eén rij per afwijkende rij en regel; zonder rij_nr gaat het om het bestand.';
comment on column kwaliteit.bevinding.levering_id is 'De levering: levering.bestanden.levering_id.';
comment on column kwaliteit.bevinding.tabel is 'Tabel in schema raw.';
comment on column kwaliteit.bevinding.rij_nr is 'Rij in het bestand, zoals in raw; leeg als het om het bestand gaat.';
comment on column kwaliteit.bevinding.regel_id is 'De regel die de rij breekt.';
comment on column kwaliteit.bevinding.ernst is 'blokkerend, fout of signaal.';
create index if not exists bevinding_rij on kwaliteit.bevinding (levering_id, tabel, rij_nr);
create index if not exists bevinding_regel on kwaliteit.bevinding (regel_id);

create table if not exists kwaliteit.opbouw (kenmerk text not null);
comment on table kwaliteit.opbouw is
    'Kenmerk van dit schema en de catalogus: zolang dat gelijk is hoeft niets bijgewerkt.';

create table if not exists kwaliteit.partij (
    levering_id bigint primary key,
    feed text not null
);
comment on table kwaliteit.partij is 'De leveringen die op dit moment worden beoordeeld; daarbuiten leeg.';
comment on column kwaliteit.partij.levering_id is 'De levering.';
comment on column kwaliteit.partij.feed is 'Naam van het contract.';

create or replace view kwaliteit.quarantaine as
select
    bevinding.levering_id,
    bestand.bestand,
    bestand.leverancier,
    bestand.feed,
    bevinding.tabel,
    bevinding.rij_nr,
    bevinding.regel_id
from kwaliteit.bevinding as bevinding
join levering.bestanden as bestand on bestand.levering_id = bevinding.levering_id
where bevinding.ernst = 'blokkerend';
comment on view kwaliteit.quarantaine is 'Rijen die niet meetellen omdat ze een blokkerende regel breken.';

create or replace view kwaliteit.overzicht as
select
    bestand.nacht,
    bestand.soort_leverancier,
    bestand.leverancier,
    bestand.feed,
    count(*) filter (where bestand.status = 'geaccepteerd') as geaccepteerd,
    count(*) filter (where bestand.status = 'geweigerd') as geweigerd,
    count(*) filter (where bestand.status = 'aangehouden') as aangehouden,
    count(*) filter (where bestand.status = 'dubbel') as dubbel,
    count(*) filter (where bestand.status = 'vervangen') as vervangen,
    coalesce(sum(bestand.rijen_gelezen) filter (where bestand.status = 'geaccepteerd'), 0) as rijen_gelezen,
    coalesce(sum(bestand.rijen_geladen) filter (where bestand.status = 'geaccepteerd'), 0) as rijen_geladen,
    coalesce(sum(bestand.rijen_quarantaine) filter (where bestand.status = 'geaccepteerd'), 0) as rijen_quarantaine,
    coalesce(sum(bevinding.blokkerend), 0) as blokkerend,
    coalesce(sum(bevinding.fout), 0) as fout,
    coalesce(sum(bevinding.signaal), 0) as signaal,
    coalesce(sum(bestand.rijen_vergeten) filter (where bestand.status = 'geaccepteerd'), 0) as rijen_vergeten
from levering.bestanden as bestand
left join (
    select
        levering_id,
        count(*) filter (where ernst = 'blokkerend') as blokkerend,
        count(*) filter (where ernst = 'fout') as fout,
        count(*) filter (where ernst = 'signaal') as signaal
    from kwaliteit.bevinding
    group by levering_id
) as bevinding on bevinding.levering_id = bestand.levering_id
group by bestand.nacht, bestand.soort_leverancier, bestand.leverancier, bestand.feed;
comment on view kwaliteit.overzicht is
'Per nacht, leverancier en feed: bestanden naar hun lot, rijen van de geaccepteerde, en bevindingen naar ernst.';
"""


def prepare(connection: psycopg.Connection) -> None:
    """Make schema `kwaliteit` when it is not there and bring the catalogue of rules up to date.

    Needs schema `levering`. A rule that left the contracts stays in the catalogue: findings refer to it. Quick when
    neither schema nor catalogue changed since the last time, which is nearly always.
    """
    wanted = _fingerprint()
    with connection.transaction(), connection.cursor() as cursor:
        made = cursor.execute("select to_regclass('kwaliteit.opbouw')").fetchone() != (None,)
        if made and cursor.execute("select kenmerk from kwaliteit.opbouw").fetchone() == (wanted,):
            return
        cursor.execute("select pg_advisory_xact_lock(%s)", [_PREPARE_LOCK])
        cursor.execute(_DDL)
        cursor.execute(dossier_schema.DDL)
        cursor.executemany(_RULE, [_row(rule) for rule in whole_catalogue()])
        cursor.execute("delete from kwaliteit.opbouw")
        cursor.execute("insert into kwaliteit.opbouw (kenmerk) values (%s)", [wanted])


@cache
def _fingerprint() -> str:
    """Return what tells this schema and catalogue from those of another version."""
    rows = [_row(rule) for rule in whole_catalogue()]
    return hashlib.sha256(repr((_DDL, dossier_schema.DDL, rows)).encode()).hexdigest()


_COLUMNS = (
    "feed",
    "tabel",
    "kolom",
    "dimensie",
    "ernst",
    "omschrijving",
    "herstel",
    "bron",
    "soort",
    "raakt",
    "drempel",
)

_RULE = (
    f"insert into kwaliteit.regel (regel_id, {', '.join(_COLUMNS)}) "  # noqa: S608 - the names above
    f"values (%s{', %s' * len(_COLUMNS)}) on conflict (regel_id) do update set "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)
    + " where (regel.*) is distinct from (excluded.*)"
)


def _row(rule: Rule) -> tuple[object, ...]:
    """Return a rule as a row of kwaliteit.regel."""
    return (
        *(rule.rule_id, rule.feed, rule.table, rule.column, rule.dimension, rule.severity, rule.description),
        *(rule.remedy, rule.source, rule.kind, " ".join(rule.touches), rule.threshold),
    )
