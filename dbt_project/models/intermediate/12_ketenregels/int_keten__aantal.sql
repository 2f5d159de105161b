-- A provider's count against the SDD's: clients in care on the last day of the last complete month, and people with an
-- indicatie for that provider in force on it who do not wait. One row per provider that delivers in DAV.
with peildag as (
    select afkap - 1 as dag
    from {{ ref('stg_levering__nacht') }}
),

geleverd as (
    select
        plaatsing.aanbieder,
        count(distinct plaatsing.persoon_sk) as clienten
    from {{ ref('int_plaatsing') }} as plaatsing
    inner join peildag
        on
            plaatsing.s <= peildag.dag
            and plaatsing.e > peildag.dag
    where
        plaatsing.regio = 'DAV'
        and plaatsing.domein = 'BW'
        and plaatsing.basis = 'levering'
    group by plaatsing.aanbieder
),

toegewezen as (
    select
        plaatsing.aanbieder,
        count(distinct plaatsing.persoon_sk) as clienten
    from {{ ref('int_plaatsing') }} as plaatsing
    inner join peildag
        on
            plaatsing.s <= peildag.dag
            and plaatsing.e > peildag.dag
    where
        plaatsing.regio = 'DAV'
        and plaatsing.domein = 'BW'
        and plaatsing.basis = 'toewijzing'
        and not exists (
            select 1
            from {{ ref('stg_sdd__wachtlijst') }} as wachtend
            where
                wachtend.indicatie_nummer = plaatsing.toewijzingnummer
                and wachtend.wachtend_sinds <= peildag.dag
                and coalesce(wachtend.wachtend_tot, peildag.dag) >= peildag.dag
        )
    group by plaatsing.aanbieder
),

aantallen as (
    select
        coalesce(geleverd.aanbieder, toegewezen.aanbieder) as aanbieder,
        coalesce(geleverd.clienten, 0) as geleverd,
        coalesce(toegewezen.clienten, 0) as toegewezen
    from geleverd
    full join toegewezen
        on geleverd.aanbieder = toegewezen.aanbieder
)

select
    'keten.aantal.wijkt_af' as regel_id,
    aantallen.aanbieder as leverancier,
    'verblijven' as feed,
    aantallen.aanbieder as record,
    'DAV' as regio,
    'BW' as domein,
    null as persoon_sk,
    peildag.dag as sinds,
    abs(aantallen.geleverd - aantallen.toegewezen) >= {{ var('keten_aantal_clienten') }}
    and abs(aantallen.geleverd - aantallen.toegewezen) * 100
    > greatest(aantallen.geleverd, aantallen.toegewezen) * {{ var('keten_aantal_procent') }} as afwijkend
from aantallen
cross join peildag
where
    exists (
        select 1
        from {{ ref('stg_levering__actualiteit') }} as levering
        where
            levering.leverancier = aantallen.aanbieder
            and levering.feed = 'verblijven'
    )
    and exists (
        select 1
        from {{ ref('stg_levering__actualiteit') }} as levering
        where levering.feed = 'sdd_indicaties'
    )
