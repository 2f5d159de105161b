-- One row per standing 307: not cancelled by a status-3 row with the same key (which for a stop holds
-- RedenBeeindiging and Einddatum, iwmo.md 1.7) of that leverdatum or later. Code lists go by the family of the message
-- version (Q-12).
select
    bericht.leverancier,
    bericht.persoon_sk,
    bericht.toewijzingnummer,
    coalesce(bericht.product_code, toewijzing.product_code, 'ONBEKEND') as product,
    bericht.begindatum,
    bericht.einddatum,
    bericht.geboortedatum,
    bericht.leverdatum,
    bericht.redenbeeindiging,
    left(bericht.versie, 1) as versie_familie,
    bericht.levering_id,
    bericht.inhoud_leverdatum,
    bericht.inhoud_bestand,
    bericht.rij_nr
from {{ ref('stg_zorgaanbieders__wmo307') }} as bericht
left join {{ ref('int_toewijzing') }} as toewijzing
    on bericht.toewijzingnummer = toewijzing.toewijzingnummer
where
    bericht.status_aanlevering is distinct from '3'
    and not exists (
        select 1
        from {{ ref('stg_zorgaanbieders__wmo307') }} as intrekking
        where
            intrekking.status_aanlevering = '3'
            and intrekking.leverancier = bericht.leverancier
            and intrekking.persoon_sk = bericht.persoon_sk
            and intrekking.begindatum = bericht.begindatum
            and intrekking.einddatum = bericht.einddatum
            and intrekking.redenbeeindiging is not distinct from bericht.redenbeeindiging
            and intrekking.toewijzingnummer is not distinct from bericht.toewijzingnummer
            and intrekking.productcategorie is not distinct from bericht.productcategorie
            and intrekking.product_code is not distinct from bericht.product_code
            and intrekking.inhoud_leverdatum >= bericht.inhoud_leverdatum
    )
