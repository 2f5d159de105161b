-- Q-14: who may belong to the Wlz. No feed holds a CIZ status, so this is the proxy and called so: the heaviest product
-- more than 60 months after the start of the episode, on the first day that both hold.
select
    'wlz_proxy' as signaal,
    segment.persoon_sk,
    segment.regio,
    segment.domein,
    segment.basis,
    min(greatest(segment.s, (episode.s + interval '{{ var("wlz_proxy_maanden") }} months')::date + 1)) as datum
from {{ ref('int_episode__segment') }} as segment
inner join {{ ref('int_episode') }} as episode
    on segment.episode_id = episode.episode_id
cross join {{ ref('stg_levering__nacht') }} as nacht
where
    segment.domein = 'BW'
    and segment.perimeter = 'A'
    and segment.rang = 4
    and least(segment.e, nacht.afkap) > (episode.s + interval '{{ var("wlz_proxy_maanden") }} months')::date + 1
group by segment.episode_id, segment.persoon_sk, segment.regio, segment.domein, segment.basis
