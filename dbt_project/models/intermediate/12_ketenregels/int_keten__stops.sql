-- Stops against starts, and among themselves (D.0, TR063, TR069, TR413, TR415). One row per standing stop, or key of
-- stops, that a rule applies to.
with stops as (
    select
        stop.leverancier,
        stop.persoon_sk,
        stop.toewijzingnummer,
        stop.product,
        stop.begindatum,
        max(stop.einddatum) as einddatum,
        count(*) as aantal
    from {{ ref('int_stop') }} as stop
    group by stop.leverancier, stop.persoon_sk, stop.toewijzingnummer, stop.product, stop.begindatum
),

intrekkingen as (
    select
        leverancier,
        persoon_sk,
        toewijzingnummer,
        begindatum,
        count(*) filter (where status_aanlevering = '3')
        > count(*) filter (where status_aanlevering is distinct from '3') as afwijkend
    from {{ ref('stg_zorgaanbieders__wmo307') }}
    group by
        leverancier, persoon_sk, toewijzingnummer, productcategorie, product_code, begindatum, redenbeeindiging,
        einddatum
    having count(*) filter (where status_aanlevering = '3') > 0
),

regels as (
    select
        'keten.stop.zonder_start' as regel_id,
        stops.leverancier,
        stops.persoon_sk,
        stops.toewijzingnummer,
        stops.begindatum,
        stops.einddatum as sinds,
        not exists (
            select 1
            from {{ ref('int_start') }} as start
            where
                start.leverancier = stops.leverancier
                and start.persoon_sk = stops.persoon_sk
                and start.toewijzingnummer is not distinct from stops.toewijzingnummer
                and start.product = stops.product
                and start.begindatum = stops.begindatum
        ) as afwijkend
    from stops

    union all

    select
        'keten.stop.dubbel' as regel_id,
        stops.leverancier,
        stops.persoon_sk,
        stops.toewijzingnummer,
        stops.begindatum,
        stops.einddatum as sinds,
        stops.aantal > 1 as afwijkend
    from stops

    union all

    select
        'keten.intrekking.zonder_stop' as regel_id,
        intrekkingen.leverancier,
        intrekkingen.persoon_sk,
        intrekkingen.toewijzingnummer,
        intrekkingen.begindatum,
        intrekkingen.begindatum as sinds,
        intrekkingen.afwijkend
    from intrekkingen
)

select
    regels.regel_id,
    regels.leverancier,
    'wmo307' as feed,
    coalesce(regels.toewijzingnummer, 'zonder nummer, begin ' || regels.begindatum) as record,
    leverancier.regio,
    'BW' as domein,
    regels.persoon_sk,
    regels.sinds,
    regels.afwijkend
from regels
left join {{ ref('int_leverancier__regio') }} as leverancier
    on regels.leverancier = leverancier.leverancier
