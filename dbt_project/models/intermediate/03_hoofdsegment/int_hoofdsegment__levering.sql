-- The main placement day by day (D.2.2, settled detail 3): rank, then latest start, then lowest placement key.
-- Consecutive days of one placement with the same gemeente van verblijf and the same locatiecode form one
-- segment [s, e).
{{ config(materialized='per_persoon', unlogged=false) }}
with kandidaten as (
    select
        plaatsing.persoon_sk,
        plaatsing.regio,
        plaatsing.domein,
        plaatsing.plaatsing_id,
        plaatsing.rang,
        plaatsing.s as start,
        plaatsing.sleutel_leverancier,
        plaatsing.sleutel_nummer,
        plaatsing.sleutel_dag,
        locatie.locatiecode,
        locatie.verblijf,
        locatie.van,
        locatie.tot
    from {{ van_personen('int_plaatsing__zelfde_dag') }} as plaatsing
    inner join {{ ref('int_plaatsing__locatie') }} as locatie
        on plaatsing.plaatsing_id = locatie.plaatsing_id
),

beste as (
    {{ beste_per_interval(
        'kandidaten',
        ['persoon_sk', 'regio', 'domein'],
        'kandidaat.rang desc, kandidaat.start desc, kandidaat.sleutel_leverancier collate "C", kandidaat.sleutel_nummer collate "C", kandidaat.sleutel_dag collate "C", kandidaat.plaatsing_id'
    ) }}
),

aaneengesloten as (
    {{ aaneengesloten('beste', ['persoon_sk', 'regio', 'domein'], ['plaatsing_id', 'verblijf', 'locatiecode']) }}
)

select
    persoon_sk,
    regio,
    domein,
    plaatsing_id,
    verblijf,
    locatiecode,
    min(deel_van) as s,
    max(deel_tot) as e
from aaneengesloten
group by persoon_sk, regio, domein, plaatsing_id, verblijf, locatiecode, groep
