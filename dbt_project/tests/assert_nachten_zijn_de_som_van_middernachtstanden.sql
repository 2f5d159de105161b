-- D.8: the nights of a period are the sum of the stands on its midnights. Counted midnight by midnight over the last
-- twelve complete months and set against the lengths of the episodes.
with periode as (
    select
        max(volgende_maand) as p1,
        (max(volgende_maand) - interval '12 months')::date as p0
    from {{ ref('int_maand') }}
),

per_middernacht as (
    select
        episode.regio,
        episode.domein,
        episode.basis,
        episode.perimeter,
        count(*) as nachten
    from periode
    cross join lateral generate_series(periode.p0 + 1, periode.p1, interval '1 day') as middernacht (b)
    inner join {{ ref('int_episode') }} as episode
        on
            middernacht.b > episode.s
            and middernacht.b < episode.e
    group by 1, 2, 3, 4
),

per_episode as (
    select
        episode.regio,
        episode.domein,
        episode.basis,
        episode.perimeter,
        sum(greatest(0, least(episode.e - 1, periode.p1) - greatest(episode.s, periode.p0))) as nachten
    from {{ ref('int_episode') }} as episode
    cross join periode
    group by 1, 2, 3, 4
)

select per_episode.*
from per_episode
left join per_middernacht
    on
        per_episode.regio = per_middernacht.regio
        and per_episode.domein = per_middernacht.domein
        and per_episode.basis = per_middernacht.basis
        and per_episode.perimeter = per_middernacht.perimeter
where per_episode.nachten <> coalesce(per_middernacht.nachten, 0)
