-- One row per standing 305 (leverancier, Bsn, ToewijzingNummer, product, Begindatum), closed by the standing
-- 307 with that key: of several the one with the latest Einddatum (definitions, D.0). The product is the
-- message's, else that of its toewijzing. Standing = not cancelled by a status-3 row with the same key of that
-- leverdatum or later: what a supplier sent later cancels, whatever night a file came in (order of arrival has no
-- meaning, iwmo.md OP080), and within one day order has no meaning either.
{{ config(indexes=[{'columns': ['toewijzingnummer']}]) }}

with starts as (
    select
        bericht.*,
        coalesce(bericht.product_code, toewijzing.product_code, 'ONBEKEND') as product
    from {{ ref('stg_zorgaanbieders__wmo305') }} as bericht
    left join {{ ref('int_toewijzing') }} as toewijzing
        on bericht.toewijzingnummer = toewijzing.toewijzingnummer
    where
        bericht.status_aanlevering is distinct from '3'
        and not exists (
            select 1
            from {{ ref('stg_zorgaanbieders__wmo305') }} as intrekking
            where
                intrekking.status_aanlevering = '3'
                and intrekking.leverancier = bericht.leverancier
                and intrekking.persoon_sk = bericht.persoon_sk
                and intrekking.begindatum = bericht.begindatum
                and intrekking.toewijzingnummer is not distinct from bericht.toewijzingnummer
                and intrekking.productcategorie is not distinct from bericht.productcategorie
                and intrekking.product_code is not distinct from bericht.product_code
                and intrekking.inhoud_leverdatum >= bericht.inhoud_leverdatum
        )
),

een_start as (
    select distinct on (leverancier, persoon_sk, toewijzingnummer, product, begindatum) *
    from starts
    order by
        leverancier, persoon_sk, toewijzingnummer, product, begindatum,
        inhoud_leverdatum desc, inhoud_bestand collate "C" desc, rij_nr desc
),

stops as (
    select distinct on (
        stop.leverancier, stop.persoon_sk, stop.toewijzingnummer, stop.product, stop.begindatum
    ) *
    from {{ ref('int_stop') }} as stop
    order by
        stop.leverancier, stop.persoon_sk, stop.toewijzingnummer, stop.product, stop.begindatum,
        stop.einddatum desc, stop.inhoud_leverdatum desc, stop.inhoud_bestand collate "C" desc, stop.rij_nr desc
)

select
    een_start.leverancier,
    een_start.persoon_sk,
    een_start.toewijzingnummer,
    een_start.product,
    een_start.begindatum,
    een_start.ontvanger,
    een_start.geboortedatum,
    een_start.leverdatum,
    stops.einddatum,
    stops.redenbeeindiging as stop_code,
    stops.versie_familie as stop_versie_familie
from een_start
left join stops
    on
        een_start.leverancier = stops.leverancier
        and een_start.persoon_sk = stops.persoon_sk
        and een_start.toewijzingnummer is not distinct from stops.toewijzingnummer
        and een_start.product = stops.product
        and een_start.begindatum = stops.begindatum
