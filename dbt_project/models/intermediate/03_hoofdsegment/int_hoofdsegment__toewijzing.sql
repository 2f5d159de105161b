-- The main toewijzing day by day, by the same order. Its verblijf on a day is that of the person's main
-- levering placement of that regio on that day, ONBEKEND without one; a toewijzing has no location (settled
-- details 3 and 9).
{{ config(materialized='per_persoon', unlogged=false) }}
with toewijzingen as (
    select
        persoon_sk,
        regio,
        domein,
        plaatsing_id,
        rang,
        s as start,
        s as van,
        e as tot,
        sleutel_leverancier,
        sleutel_nummer,
        sleutel_dag
    from {{ van_personen('int_plaatsing__zelfde_dag') }}
    where basis = 'toewijzing'
),

hoofd as (
    {{ beste_per_interval(
        'toewijzingen',
        ['persoon_sk', 'regio', 'domein'],
        'kandidaat.rang desc, kandidaat.start desc, kandidaat.sleutel_leverancier collate "C", kandidaat.sleutel_nummer collate "C", kandidaat.sleutel_dag collate "C", kandidaat.plaatsing_id'
    ) }}
),

kandidaten as (
    select
        persoon_sk,
        regio,
        domein,
        plaatsing_id,
        deel_van as van,
        deel_tot as tot,
        'ONBEKEND' as verblijf,
        2 as voorrang
    from hoofd

    union all

    select
        hoofd.persoon_sk,
        hoofd.regio,
        hoofd.domein,
        hoofd.plaatsing_id,
        greatest(hoofd.deel_van, levering.s) as van,
        least(hoofd.deel_tot, levering.e) as tot,
        levering.verblijf,
        1 as voorrang
    from hoofd
    inner join {{ van_personen('int_hoofdsegment__levering') }} as levering
        on
            hoofd.persoon_sk = levering.persoon_sk
            and hoofd.regio = levering.regio
            and hoofd.domein = levering.domein
            and hoofd.deel_van < levering.e
            and hoofd.deel_tot > levering.s
),

beste as (
    {{ beste_per_interval('kandidaten', ['persoon_sk', 'regio', 'domein'], 'kandidaat.voorrang') }}
),

aaneengesloten as (
    {{ aaneengesloten('beste', ['persoon_sk', 'regio', 'domein'], ['plaatsing_id', 'verblijf']) }}
)

select
    persoon_sk,
    regio,
    domein,
    plaatsing_id,
    verblijf,
    null::text as locatiecode,
    min(deel_van) as s,
    max(deel_tot) as e
from aaneengesloten
group by persoon_sk, regio, domein, plaatsing_id, verblijf, groep
