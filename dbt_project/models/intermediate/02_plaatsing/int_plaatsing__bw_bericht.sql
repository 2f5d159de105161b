-- BW levering, ZIN: one placement per standing 305 (definitions, D.0). The bestemming is that of the stay the
-- provider reported last under the same toewijzing, up to the last day.
select
    start.leverancier,
    start.persoon_sk,
    start.toewijzingnummer,
    start.product as product_code,
    'ZIN' as leveringsvorm,
    start.begindatum as eerste_dag,
    start.einddatum as laatste_dag,
    indeling.regio,
    toewijzing.herkomst_code,
    toewijzing.herkomst_methode,
    start.stop_code,
    start.stop_versie_familie,
    verblijf.bestemming,
    verblijf.gemeente_uitstroom,
    coalesce(start.toewijzingnummer, '') as sleutel_nummer
from {{ ref('int_start') }} as start
inner join {{ ref('int_gemeente__indeling') }} as indeling
    on start.ontvanger = indeling.gemeente_code
left join {{ ref('int_toewijzing') }} as toewijzing
    on start.toewijzingnummer = toewijzing.toewijzingnummer
left join lateral (
    select
        rij.bestemming,
        rij.gemeente_uitstroom
    from {{ ref('stg_zorgaanbieders__verblijven') }} as rij
    where
        rij.leverancier = start.leverancier
        and rij.toewijzingnummer = start.toewijzingnummer
        and rij.eerste_dag <= start.einddatum
    order by rij.eerste_dag desc, rij.verblijf_id collate "C"
    limit 1
) as verblijf on true
where indeling.regio is not null
