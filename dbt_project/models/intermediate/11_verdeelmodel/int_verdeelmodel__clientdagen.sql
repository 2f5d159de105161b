-- The client-days of BW (D.8) that the verdeelmodel counts with, and the budget that pays for them (Q-35). One row
-- per main segment, year and financieringsbron. Perimeter A, the default for the verdeelmodel (D.2); MO and VO are
-- no part of it (S-307, S-334).
with jaren as (
    select
        jaar,
        min(maand) as van,
        max(volgende_maand) as tot
    from {{ ref('int_maand') }}
    group by jaar
)

select
    segment.episode_id,
    segment.persoon_sk,
    segment.regio,
    segment.basis,
    jaren.jaar,
    episode.herkomst,
    segment.verblijf,
    segment.product_code,
    bron.financieringsbron,
    wlz.episode_id is not null as wlz_proxy,
    sum(least(segment.e, jaren.tot, bron.tot) - greatest(segment.s, jaren.van, bron.van))::integer as dagen
from {{ ref('int_episode__segment') }} as segment
inner join {{ ref('int_episode') }} as episode
    on segment.episode_id = episode.episode_id
inner join jaren
    on
        segment.s < jaren.tot
        and segment.e > jaren.van
inner join {{ ref('int_financieringsbron') }} as bron
    on
        segment.plaatsing_id = bron.plaatsing_id
        and bron.van < least(segment.e, jaren.tot)
        and bron.tot > greatest(segment.s, jaren.van)
left join {{ ref('int_verdeelmodel__wlz') }} as wlz
    on
        segment.episode_id = wlz.episode_id
        and jaren.jaar = wlz.jaar
where
    segment.domein = 'BW'
    and segment.perimeter = 'A'
group by
    segment.episode_id, segment.persoon_sk, segment.regio, segment.basis, jaren.jaar, episode.herkomst,
    segment.verblijf, segment.product_code, bron.financieringsbron, wlz.episode_id, segment.s
