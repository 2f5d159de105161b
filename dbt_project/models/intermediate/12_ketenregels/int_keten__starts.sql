-- Starts and their cancellations among themselves (TR063, TR071, TR074, TR326). Order of arrival has no meaning
-- (OP080): messages with one key are counted, not followed. One row per key, or standing start, that a rule applies to.
with berichten as (
    select
        leverancier,
        persoon_sk,
        toewijzingnummer,
        productcategorie,
        product_code,
        begindatum,
        min(ontvanger) as ontvanger,
        count(*) filter (where status_aanlevering is distinct from '3') as gestuurd,
        count(*) filter (where status_aanlevering = '3') as ingetrokken
    from {{ ref('stg_zorgaanbieders__wmo305') }}
    group by leverancier, persoon_sk, toewijzingnummer, productcategorie, product_code, begindatum
),

regels as (
    select
        'keten.start.dubbel' as regel_id,
        berichten.*,
        berichten.gestuurd > berichten.ingetrokken + 1 as afwijkend
    from berichten
    where berichten.gestuurd > 0

    union all

    select
        'keten.intrekking.zonder_start' as regel_id,
        berichten.*,
        berichten.ingetrokken > berichten.gestuurd as afwijkend
    from berichten
    where berichten.ingetrokken > 0

    union all

    select
        'keten.intrekking.na_stop' as regel_id,
        berichten.*,
        exists(
            select 1
            from {{ ref('stg_zorgaanbieders__wmo307') }} as stop
            where
                stop.leverancier = berichten.leverancier
                and stop.persoon_sk = berichten.persoon_sk
                and stop.toewijzingnummer is not distinct from berichten.toewijzingnummer
                and stop.product_code is not distinct from berichten.product_code
                and stop.begindatum = berichten.begindatum
            having
                count(*) filter (where stop.status_aanlevering is distinct from '3')
                > count(*) filter (where stop.status_aanlevering = '3')
        ) as afwijkend
    from berichten
    where
        berichten.gestuurd > 0
        and berichten.ingetrokken >= berichten.gestuurd
)

select
    regels.regel_id,
    regels.leverancier,
    'wmo305' as feed,
    coalesce(regels.toewijzingnummer, 'zonder nummer, begin ' || regels.begindatum) as record,
    indeling.regio,
    'BW' as domein,
    regels.persoon_sk,
    regels.begindatum as sinds,
    regels.afwijkend
from regels
left join {{ ref('int_gemeente__indeling') }} as indeling
    on regels.ontvanger = indeling.gemeente_code

union all

select
    'keten.start.loopt_al' as regel_id,
    start.leverancier,
    'wmo305' as feed,
    start.toewijzingnummer as record,
    indeling.regio,
    'BW' as domein,
    start.persoon_sk,
    start.begindatum as sinds,
    exists(
        select 1
        from {{ ref('int_start') }} as eerder
        where
            eerder.toewijzingnummer = start.toewijzingnummer
            and eerder.leverancier = start.leverancier
            and eerder.persoon_sk = start.persoon_sk
            and (eerder.begindatum, eerder.product) < (start.begindatum, start.product)
            and coalesce(eerder.einddatum > start.begindatum, true)
    ) as afwijkend
from {{ ref('int_start') }} as start
left join {{ ref('int_gemeente__indeling') }} as indeling
    on start.ontvanger = indeling.gemeente_code
where start.toewijzingnummer is not null
