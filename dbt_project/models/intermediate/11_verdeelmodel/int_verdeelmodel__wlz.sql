-- Who may go over to the Wlz: the proxy of Q-14 (the heaviest product more than 60 months after the start of the
-- episode; no feed holds a CIZ status) at the last midnight of a year. One row per episode and year, with where it
-- stood then.
with peildata as (
    select
        jaar,
        max(volgende_maand) as peildatum
    from {{ ref('int_maand') }}
    group by jaar
)

select
    segment.episode_id,
    segment.regio,
    segment.basis,
    peildata.jaar,
    episode.herkomst,
    segment.verblijf,
    coalesce(bron.financieringsbron, 'onbekend') as financieringsbron,
    segment.product_code
from {{ ref('int_episode__segment') }} as segment
inner join {{ ref('int_episode') }} as episode
    on segment.episode_id = episode.episode_id
inner join peildata
    on
        segment.s < peildata.peildatum
        and segment.geldig_tot >= peildata.peildatum
        and episode.e > peildata.peildatum
left join {{ ref('int_financieringsbron') }} as bron
    on
        segment.plaatsing_id = bron.plaatsing_id
        and bron.van < least(segment.e, peildata.peildatum)
        and bron.tot >= least(segment.e, peildata.peildatum)
where
    segment.domein = 'BW'
    and segment.perimeter = 'A'
    and segment.rang = 4
    and peildata.peildatum > (episode.s + interval '{{ var("wlz_proxy_maanden") }} months')::date + 1
