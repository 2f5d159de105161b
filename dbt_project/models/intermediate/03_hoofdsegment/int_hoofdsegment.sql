-- The main segments of both bases, once per perimeter they belong to: BW all in A and those with a B product in
-- B as well (settled detail 4), MO and VO in `-`. With the attributes of their placement. One row per segment
-- and perimeter.
{{ config(materialized='per_persoon', unlogged=false, indexes=[{'columns': ['persoon_sk']}]) }}

with segmenten as (
    select
        'levering' as basis,
        persoon_sk,
        regio,
        domein,
        plaatsing_id,
        verblijf,
        locatiecode,
        s,
        e
    from {{ van_personen('int_hoofdsegment__levering') }}

    union all

    select
        'toewijzing' as basis,
        persoon_sk,
        regio,
        domein,
        plaatsing_id,
        verblijf,
        locatiecode,
        s,
        e
    from {{ van_personen('int_hoofdsegment__toewijzing') }}
)

select
    segment.persoon_sk,
    segment.regio,
    segment.domein,
    segment.basis,
    perimeter.perimeter,
    segment.s,
    segment.e,
    segment.plaatsing_id,
    plaatsing.product_code,
    plaatsing.rang,
    plaatsing.perimeter as product_perimeter,
    plaatsing.aanbieder,
    plaatsing.leveringsvorm,
    segment.locatiecode,
    segment.verblijf,
    plaatsing.herkomst,
    plaatsing.herkomst_code,
    plaatsing.bestemming,
    reden.bestemming as bestemming_stopcode,
    plaatsing.reden_dakloosheid,
    plaatsing.overleden_op,
    coalesce(plaatsing.geleverde_laatste_dag = segment.e - 1, false) as eindigt_met_plaatsing,
    coalesce(plaatsing.geleverde_laatste_dag = segment.e - 1 and reden.tijdelijk, false) as onderbroken
from segmenten as segment
inner join {{ van_personen('int_plaatsing') }} as plaatsing
    on segment.plaatsing_id = plaatsing.plaatsing_id
left join {{ ref('reden_beeindiging') }} as reden
    on
        plaatsing.stop_versie_familie = reden.versie_familie
        and plaatsing.stop_code = reden.code
inner join (values ('A'), ('B'), ('-')) as perimeter (perimeter)
    on
        (segment.domein <> 'BW' and perimeter.perimeter = '-')
        or (segment.domein = 'BW' and perimeter.perimeter = 'A')
        or (segment.domein = 'BW' and perimeter.perimeter = 'B' and plaatsing.perimeter = 'B')
