-- One row per episode: its start, with instroomtype (D.3, settled detail 11) and route (settled detail 12).
{{ config(materialized='per_persoon', unlogged=false) }}
with eerdere_uitstroom as (
    select
        episode.episode_id,
        max(eerder.e - 1) as laatste_uit,
        bool_or(
            (eerder.e - 1 + interval '{{ var("terugblik_herinstroom_maanden") }} months')::date >= episode.s
            and exists (
                select 1
                from {{ ref('stg_zorgaanbieders__nazorg') }} as nazorg
                where
                    nazorg.persoon_sk = eerder.persoon_sk
                    and nazorg.laatste_dag = eerder.e - 1
                    and nazorg.terugkeergarantie = 'J'
            )
        ) as met_terugkeergarantie
    from {{ van_personen('int_episode') }} as episode
    inner join {{ van_personen('int_episode') }} as eerder
        on
            episode.persoon_sk = eerder.persoon_sk
            and episode.regio = eerder.regio
            and episode.domein = eerder.domein
            and episode.basis = eerder.basis
            and episode.perimeter = eerder.perimeter
            and episode.s >= eerder.e
    group by episode.episode_id
)

select
    episode.episode_id,
    episode.persoon_sk,
    episode.regio,
    episode.domein,
    episode.basis,
    episode.perimeter,
    episode.s as datum,
    date_trunc('month', episode.s)::date as maand,
    episode.herkomst,
    episode.eerste_verblijf as verblijf,
    episode.eerste_product as product_code,
    case
        when eerdere_uitstroom.met_terugkeergarantie then 'terugkeer'
        when
            (eerdere_uitstroom.laatste_uit + interval '{{ var("terugblik_herinstroom_maanden") }} months')::date
            >= episode.s
            then 'herinstroom'
        when
            (eerdere_uitstroom.laatste_uit + interval '{{ var("terugblik_bekend_maanden") }} months')::date
            >= episode.s
            then 'eerder_bekend'
        when
            (episode.s - interval '{{ var("terugblik_bekend_maanden") }} months')::date
            >= date '{{ var("begin_gegevens") }}'
            then 'nieuw'
        else 'onbekend_links'
    end as instroomtype,
    case
        when episode.domein = 'MO' then coalesce(reden.code, 'onbekend')
        when episode.domein = 'BW' and exists (
            select 1
            from {{ ref('int_episode') }} as opvang
            where
                opvang.persoon_sk = episode.persoon_sk
                and opvang.domein = 'MO'
                and opvang.s <= episode.s
                and opvang.e - 1 >= episode.s - {{ var('route_dagen') }}
        ) then 'MO'
        when episode.domein = 'BW' and exists (
            select 1
            from {{ ref('int_episode') }} as elders
            where
                elders.persoon_sk = episode.persoon_sk
                and elders.domein = 'BW'
                and elders.basis = episode.basis
                and elders.perimeter = 'A'
                and elders.regio <> episode.regio
                and elders.s <= episode.s
                and elders.e - 1 >= episode.s - {{ var('route_dagen') }}
        ) then 'BW_andere_regio'
        else 'onbekend'
    end as route,
    episode.herkomst = 'BUITEN_REGIO' as van_buiten_regio
from {{ van_personen('int_episode') }} as episode
left join eerdere_uitstroom
    on episode.episode_id = eerdere_uitstroom.episode_id
left join {{ ref('reden_dakloosheid') }} as reden
    on episode.reden_dakloosheid = reden.code
