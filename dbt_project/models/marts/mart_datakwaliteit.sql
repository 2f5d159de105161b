-- Quality of the deliveries per week. A view: its figures are written after the models are built, by the follow-up of
-- the findings (expectations/scores.py), and publication copies them the same night.
{{ config(materialized='table' if var('kennis_op') else 'view') }}

with verloop as (
    select
        *,
        avg(score) over (
            partition by leverancier, feed, dimensie
            order by week
            range between interval '{{ var("trend_weken") * 7 }} days' preceding and interval '7 days' preceding
        ) as eerder
    from {{ ref('stg_kwaliteit__scores') }}
)

select
    leverancier,
    feed,
    week,
    dimensie,
    rijen,
    bevindingen,
    score::numeric(5, 2) as score,
    round(score - eerder, 2)::numeric(5, 2) as trend,
    te_laat_dagen,
    alarm,
    nacht as bijgewerkt_tot
from verloop
