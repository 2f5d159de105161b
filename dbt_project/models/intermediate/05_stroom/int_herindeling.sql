-- One row per episode and gemeente_basis whose delivered code ended in a merger of gemeenten (Q-15): on the first
-- day the code no longer was valid, for everyone in stand at that midnight, with the values of the night before
-- (settled detail 7). Nobody moves: the code maps to the same gemeente before and after (settled detail 8).
{{ config(materialized='per_persoon', unlogged=false) }}
with codes as (
    select
        gemeente.gemeente_code as code,
        indeling.regio,
        gemeente.datum_einde as datum
    from {{ ref('gemeente') }} as gemeente
    inner join {{ ref('int_gemeente__indeling') }} as indeling
        on gemeente.gemeente_code = indeling.gemeente_code
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where
        indeling.gemeente_code_2021 <> 'GM' || gemeente.gemeente_code
        and indeling.regio is not null
        and gemeente.datum_einde < nacht.afkap
),

herindelingen as (
    select distinct datum
    from codes
),

standen as (
    select
        segment.episode_id,
        segment.persoon_sk,
        segment.regio,
        segment.domein,
        segment.basis,
        segment.perimeter,
        segment.product_code,
        segment.plaatsing_id,
        segment.verblijf,
        episode.herkomst,
        episode.herkomst_code,
        herindeling.datum,
        -- during a bridged gap the values of its last day count (settled detail 6)
        least(herindeling.datum, segment.e) - 1 as dag
    from {{ van_personen('int_episode__segment') }} as segment
    inner join {{ van_personen('int_episode') }} as episode
        on segment.episode_id = episode.episode_id
    inner join herindelingen as herindeling
        on
            segment.s < herindeling.datum
            and segment.geldig_tot >= herindeling.datum
            and episode.e > herindeling.datum
),

geleverd as (
    select
        stand.*,
        'herkomst' as gemeente_basis,
        stand.herkomst as gemeente_code,
        stand.herkomst_code as code
    from standen as stand

    union all

    select
        stand.*,
        'verblijf' as gemeente_basis,
        stand.verblijf as gemeente_code,
        locatie.verblijf_code as code
    from standen as stand
    -- verblijf of a toewijzing is that of the main levering placement of the day (settled detail 3)
    left join {{ van_personen('int_hoofdsegment__levering') }} as levering
        on
            stand.basis = 'toewijzing'
            and stand.persoon_sk = levering.persoon_sk
            and stand.regio = levering.regio
            and stand.domein = levering.domein
            and stand.dag >= levering.s
            and stand.dag < levering.e
    inner join {{ ref('int_plaatsing__locatie') }} as locatie
        on
            coalesce(levering.plaatsing_id, stand.plaatsing_id) = locatie.plaatsing_id
            and stand.dag >= locatie.van
            and stand.dag < locatie.tot
)

select
    geleverd.episode_id,
    geleverd.persoon_sk,
    geleverd.regio,
    geleverd.domein,
    geleverd.basis,
    geleverd.perimeter,
    geleverd.gemeente_basis,
    geleverd.gemeente_code,
    geleverd.datum,
    date_trunc('month', geleverd.datum)::date as maand,
    geleverd.product_code
from geleverd
inner join codes
    on
        geleverd.code = codes.code
        and geleverd.datum = codes.datum
        and geleverd.regio = codes.regio
