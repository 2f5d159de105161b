-- One row per ended episode: its last day and bestemming (D.5), the first that applies of settled detail 10 (a)
-- to (g).
{{ config(materialized='per_persoon', unlogged=false) }}
with uitstroom as (
    select
        episode.*,
        episode.e - 1 as laatste_dag
    from {{ van_personen('int_episode') }} as episode
    where episode.e < date '{{ var("open_einde") }}'
)

select
    uitstroom.episode_id,
    uitstroom.persoon_sk,
    uitstroom.regio,
    uitstroom.domein,
    uitstroom.basis,
    uitstroom.perimeter,
    uitstroom.laatste_dag as datum,
    date_trunc('month', uitstroom.laatste_dag)::date as maand,
    uitstroom.herkomst,
    uitstroom.laatste_verblijf as verblijf,
    uitstroom.laatste_product as product_code,
    case
        when uitstroom.laatste_dag = uitstroom.overleden_op then 'U40'
        when uitstroom.perimeter = 'B' and exists (
            select 1
            from {{ ref('int_hoofdsegment') }} as segment
            where
                segment.persoon_sk = uitstroom.persoon_sk
                and segment.regio = uitstroom.regio
                and segment.domein = uitstroom.domein
                and segment.basis = uitstroom.basis
                and segment.perimeter = 'A'
                and segment.s <= uitstroom.e
                and segment.e > uitstroom.e
        ) then 'U07'
        when uitstroom.basis = 'levering' and uitstroom.bestemming_leverancier is not null
            then uitstroom.bestemming_leverancier
        when uitstroom.basis = 'toewijzing' and levering.bestemming is not null then levering.bestemming
        when huur.bestemming is not null then huur.bestemming
        when exists (
            select 1
            from {{ ref('int_episode') }} as elders
            where
                elders.persoon_sk = uitstroom.persoon_sk
                and elders.domein = uitstroom.domein
                and elders.basis = uitstroom.basis
                and elders.perimeter in ('A', '-')
                and elders.regio <> uitstroom.regio
                and elders.s <= uitstroom.laatste_dag + {{ var('route_dagen') }}
                and elders.e > uitstroom.laatste_dag + 1
        ) then 'U20'
        when uitstroom.domein in ('MO', 'VO') and exists (
            select 1
            from {{ ref('int_episode') }} as wonen
            where
                wonen.persoon_sk = uitstroom.persoon_sk
                and wonen.domein = 'BW'
                and wonen.basis = 'levering'
                and wonen.perimeter = 'A'
                and wonen.s <= uitstroom.laatste_dag + {{ var('route_dagen') }}
                and wonen.e > uitstroom.laatste_dag + 1
        ) then 'U08'
        when
            uitstroom.basis = 'levering' and uitstroom.bestemming_stopcode <> 'U40'
            then uitstroom.bestemming_stopcode
        else 'U99'
    end as bestemming
from uitstroom
left join lateral (
    select plaatsing.bestemming
    from {{ ref('int_plaatsing') }} as plaatsing
    where
        uitstroom.basis = 'toewijzing'
        and plaatsing.basis = 'levering'
        and plaatsing.persoon_sk = uitstroom.persoon_sk
        and plaatsing.regio = uitstroom.regio
        and plaatsing.domein = uitstroom.domein
        and plaatsing.bestemming is not null
        and abs(plaatsing.geleverde_laatste_dag - uitstroom.laatste_dag) <= {{ var('bestemming_venster_dagen') }}
    order by
        abs(plaatsing.geleverde_laatste_dag - uitstroom.laatste_dag),
        plaatsing.geleverde_laatste_dag,
        plaatsing.sleutel_leverancier collate "C",
        plaatsing.sleutel_nummer collate "C",
        plaatsing.sleutel_dag collate "C"
    limit 1
) as levering on true
left join lateral (
    select soort.bestemming
    from {{ ref('stg_corporaties__verhuringen') }} as verhuring
    inner join {{ ref('contractsoort') }} as soort
        on verhuring.contractsoort = soort.contractsoort
    where
        verhuring.persoon_sk = uitstroom.persoon_sk
        and abs(verhuring.ingangsdatum - uitstroom.laatste_dag) <= {{ var('bestemming_venster_dagen') }}
    order by
        abs(verhuring.ingangsdatum - uitstroom.laatste_dag),
        verhuring.ingangsdatum,
        verhuring.contractnummer collate "C"
    limit 1
) as huur on true
