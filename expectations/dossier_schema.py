"""The tables of the life cycle of findings in schema `kwaliteit`: what stands, since when, what it costs."""

# ruff: noqa: S608 - the schema below
from __future__ import annotations

STATUSES = ("nieuw", "open", "opgelost", "teruggekeerd", "geaccepteerd")

_DOSSIER = """
    dossier_id bigint {key},
    sleutel text not null {unique},
    regel_id text not null,
    ernst text not null,
    dimensie text not null,
    leverancier text not null,
    feed text not null,
    record text,
    regio text,
    status text not null check (status in ('nieuw', 'open', 'opgelost', 'teruggekeerd', 'geaccepteerd')),
    eerst_gezien date not null,
    laatst_gezien date not null,
    opgelost_op date,
    teruggekeerd_op date,
    keren integer not null default 0,
    geaccepteerd_tot date,
    acceptatie_reden text,
    check ((status = 'opgelost') = (opgelost_op is not null)),
    check ((status = 'geaccepteerd') = (geaccepteerd_tot is not null))
"""

DDL = f"""
create table if not exists kwaliteit.melding (
    sleutel text not null,
    regel_id text not null,
    leverancier text not null,
    feed text not null,
    tabel text,
    record text,
    levering_id bigint,
    rij_nr integer,
    regio text,
    persoon_sleutel text
);
comment on table kwaliteit.melding is
    'Alle bevindingen die na de laatste nacht staan; elke nacht opnieuw gevuld. Eén rij per bevinding.';
comment on column kwaliteit.melding.sleutel is
    'Kenmerk van de bevinding, elke nacht hetzelfde: uit regel, leverancier, feed en de sleutel van het record.';
comment on column kwaliteit.melding.regel_id is 'De regel: kwaliteit.regel.regel_id.';
comment on column kwaliteit.melding.leverancier is 'sdd, vggm, de AGB-code of het L-nummer.';
comment on column kwaliteit.melding.feed is 'Naam van het contract.';
comment on column kwaliteit.melding.tabel is 'Tabel in schema raw; leeg bij een ketenregel of een geweigerd bestand.';
comment on column kwaliteit.melding.record is 'Nummer van het record in de administratie van de leverancier.';
comment on column kwaliteit.melding.levering_id is 'De levering waarin het staat; leeg bij een ketenregel.';
comment on column kwaliteit.melding.rij_nr is 'Rij in het bestand; leeg als het om het bestand of de keten gaat.';
comment on column kwaliteit.melding.regio is 'DAV of CG; leeg als onbekend.';
comment on column kwaliteit.melding.persoon_sleutel is 'Pseudoniem van de persoon om wie het gaat, waar die bekend is.';
create index if not exists melding_sleutel on kwaliteit.melding (sleutel);

create table if not exists kwaliteit.dossier (
    {_DOSSIER.format(key="generated always as identity primary key", unique="unique")}
);
comment on table kwaliteit.dossier is 'Eén rij per bevinding die er ooit was, met haar levensloop.';
comment on column kwaliteit.dossier.dossier_id is 'Volgnummer.';
comment on column kwaliteit.dossier.sleutel is 'Kenmerk van de bevinding, als in kwaliteit.melding.';
comment on column kwaliteit.dossier.regel_id is 'De regel die gebroken is.';
comment on column kwaliteit.dossier.ernst is 'blokkerend, fout of signaal.';
comment on column kwaliteit.dossier.dimensie is 'volledig, geldig, uniek, consistent of tijdig.';
comment on column kwaliteit.dossier.leverancier is 'sdd, vggm, de AGB-code of het L-nummer.';
comment on column kwaliteit.dossier.feed is 'Naam van het contract.';
comment on column kwaliteit.dossier.record is 'Nummer van het record in de administratie van de leverancier.';
comment on column kwaliteit.dossier.regio is 'DAV of CG; leeg als onbekend.';
comment on column kwaliteit.dossier.status is
    'nieuw (sinds deze nacht), open, opgelost, teruggekeerd (sinds deze nacht weer) of geaccepteerd.';
comment on column kwaliteit.dossier.eerst_gezien is 'DATE van de nacht waarin de bevinding voor het eerst stond.';
comment on column kwaliteit.dossier.laatst_gezien is 'DATE van de laatste nacht waarin zij stond.';
comment on column kwaliteit.dossier.opgelost_op is 'DATE van de nacht waarin zij er niet meer was.';
comment on column kwaliteit.dossier.teruggekeerd_op is 'DATE van de nacht waarin zij het laatst terugkeerde.';
comment on column kwaliteit.dossier.keren is 'Hoe vaak zij terugkeerde.';
comment on column kwaliteit.dossier.geaccepteerd_tot is 'Laatste dag waarop de acceptatie geldt.';
comment on column kwaliteit.dossier.acceptatie_reden is 'Waarom zij is geaccepteerd.';
create index if not exists dossier_leverancier on kwaliteit.dossier (leverancier, status);

create table if not exists kwaliteit.dossier_vorige (
    {_DOSSIER.format(key="primary key", unique="unique")}
);
comment on table kwaliteit.dossier_vorige is
    'Het dossier zoals het was voor de laatste nacht: een nacht die nog eens draait, begint hier.';

create table if not exists kwaliteit.dossier_verloop (
    dossier_id bigint not null references kwaliteit.dossier (dossier_id) on delete cascade,
    nacht date not null,
    van text,
    naar text not null,
    door text,
    op timestamptz not null default now()
);
comment on table kwaliteit.dossier_verloop is 'Eén rij per overgang van een bevinding naar een andere status.';
comment on column kwaliteit.dossier_verloop.dossier_id is 'De bevinding: kwaliteit.dossier.dossier_id.';
comment on column kwaliteit.dossier_verloop.nacht is 'DATE van de nacht; bij een acceptatie die van de laatste nacht.';
comment on column kwaliteit.dossier_verloop.van is 'Status ervoor; leeg als zij er nog niet was.';
comment on column kwaliteit.dossier_verloop.naar is 'Status erna.';
comment on column kwaliteit.dossier_verloop.door is 'Wie; leeg als de nacht het vaststelde.';
comment on column kwaliteit.dossier_verloop.op is 'Wanneer het is vastgelegd.';
create index if not exists dossier_verloop_nacht on kwaliteit.dossier_verloop (nacht, naar);
create index if not exists dossier_verloop_dossier on kwaliteit.dossier_verloop (dossier_id);
create index if not exists dossier_verloop_besluit on kwaliteit.dossier_verloop (dossier_id) where door is not null;

create table if not exists kwaliteit.dossier_nacht (
    nacht date primary key,
    bijgewerkt_op timestamptz not null default now()
);
comment on table kwaliteit.dossier_nacht is 'De nachten waarin het dossier is bijgewerkt.';

do $$ begin
    -- Once a table with one row per week.
    if exists (select from pg_class where oid = to_regclass('kwaliteit.score') and relkind = 'r') then
        drop table kwaliteit.score cascade;
    end if;
end $$;
create table if not exists kwaliteit.score_nacht (
    nacht date not null,
    leverancier text not null,
    feed text not null,
    dimensie text not null,
    rijen bigint not null,
    bevindingen bigint not null,
    score numeric,
    te_laat_dagen integer,
    alarm boolean not null,
    primary key (nacht, leverancier, feed, dimensie),
    check (score between 0 and 100)
);
comment on table kwaliteit.score_nacht is 'Eén rij per nacht, leverancier, feed en dimensie.';
comment on column kwaliteit.score_nacht.nacht is 'DATE van de nacht waarvan dit de stand is.';
comment on column kwaliteit.score_nacht.leverancier is 'sdd, vggm, de AGB-code of het L-nummer.';
comment on column kwaliteit.score_nacht.feed is 'Naam van het contract.';
comment on column kwaliteit.score_nacht.dimensie is 'volledig, geldig, uniek, consistent of tijdig.';
comment on column kwaliteit.score_nacht.rijen is
    'Rijen die gelden en waarop regels van deze dimensie zijn losgelaten, die in quarantaine meegeteld.';
comment on column kwaliteit.score_nacht.bevindingen is
    'Bevindingen van deze dimensie die staan, ook die over het bestand of de keten en die zijn geaccepteerd.';
comment on column kwaliteit.score_nacht.score is
    'Percentage van de rijen zonder bevinding in deze dimensie (0-100); leeg als er niets te beoordelen was.';
comment on column kwaliteit.score_nacht.te_laat_dagen is
    'Dagen dat de levering over tijd is; leeg voor een feed zonder vast ritme.';
comment on column kwaliteit.score_nacht.alarm is
    'Of een regel in deze dimensie vaker wordt gebroken dan de drempel van de leverancier, toeval uitgesloten.';

create or replace view kwaliteit.score as
select week, nacht, leverancier, feed, dimensie, rijen, bevindingen, score, te_laat_dagen, alarm
from (
    select *, max(nacht) over (partition by week) as laatste
    from (select *, date_trunc('week', nacht)::date as week from kwaliteit.score_nacht) as per_nacht
) as per_week
where nacht = laatste;
comment on view kwaliteit.score is
    'Eén rij per week, leverancier, feed en dimensie: de stand van de laatste nacht in die week.';
comment on column kwaliteit.score.week is 'Maandag van de week.';

create table if not exists kwaliteit.effect (
    nacht date not null,
    regel_id text not null,
    leverancier text not null,
    mart text not null,
    clienten integer not null,
    meldingen integer not null,
    primary key (nacht, regel_id, leverancier, mart)
);
comment on table kwaliteit.effect is
    'Wat bevindingen met de cijfers doen: per nacht, regel, leverancier en mart; van eerdere weken de laatste nacht.';
comment on column kwaliteit.effect.nacht is 'DATE van de nacht.';
comment on column kwaliteit.effect.regel_id is 'De regel.';
comment on column kwaliteit.effect.leverancier is 'sdd, vggm, de AGB-code of het L-nummer.';
comment on column kwaliteit.effect.mart is 'De mart waarvan de cijfers geraakt worden.';
comment on column kwaliteit.effect.clienten is
    'Aantal verschillende personen om wie de bevindingen gaan, voor zover bekend.';
comment on column kwaliteit.effect.meldingen is 'Aantal bevindingen dat staat.';
"""
