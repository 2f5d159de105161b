-- One row per episode and midnight b (the first of a month, `peildatum`) on which it stands: s < b < e (D.8),
-- with the values of the night before (settled detail 7: on midnight t itself the old value still holds).
{{ config(materialized='per_persoon', unlogged=false) }}
select
    segment.episode_id,
    segment.persoon_sk,
    segment.regio,
    segment.domein,
    segment.basis,
    segment.perimeter,
    maand.maand,
    maand.volgende_maand as peildatum,
    episode.herkomst,
    segment.verblijf,
    segment.product_code,
    segment.leveringsvorm
from {{ van_personen('int_episode__segment') }} as segment
inner join {{ van_personen('int_episode') }} as episode
    on segment.episode_id = episode.episode_id
inner join {{ ref('int_maand') }} as maand
    on
        segment.s < maand.volgende_maand
        and segment.geldig_tot >= maand.volgende_maand
        and episode.e > maand.volgende_maand
