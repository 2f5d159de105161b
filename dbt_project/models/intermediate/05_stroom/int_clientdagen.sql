-- One row per main segment and month it has client-days in (D.8): bridged gaps and interruptions have none.
{{ config(materialized='per_persoon', unlogged=false) }}
select
    segment.episode_id,
    segment.persoon_sk,
    segment.regio,
    segment.domein,
    segment.basis,
    segment.perimeter,
    maand.maand,
    maand.jaar,
    maand.dagen_in_jaar,
    greatest(segment.s, maand.maand) as eerste_dag,
    episode.herkomst,
    segment.verblijf,
    segment.product_code,
    segment.leveringsvorm,
    least(segment.e, maand.volgende_maand) - greatest(segment.s, maand.maand) as dagen
from {{ van_personen('int_episode__segment') }} as segment
inner join {{ van_personen('int_episode') }} as episode
    on segment.episode_id = episode.episode_id
inner join {{ ref('int_maand') }} as maand
    on
        segment.s < maand.volgende_maand
        and segment.e > maand.maand
