-- Scores per leverancier, feed, week and dimensie, of the last night of each week. A view, like the mart on it: the
-- scores of tonight rest on the chain rules and can only be filled in when the intermediate models are there, after
-- which the mart shows them at once. With `kennis_op`: a table of what was known then.
-- depends_on: {{ ref('stg_levering__nacht') }}
{{ config(materialized='table' if var('kennis_op') else 'view') }}

with per_nacht as (
    select
        *,
        date_trunc('week', nacht)::date as week,
        max(nacht) over (partition by date_trunc('week', nacht)) as laatste_nacht
    from {{ source('kwaliteit', 'score_nacht') }}
    {% if var('kennis_op') %}
    where nacht <= (select datum from {{ ref('stg_levering__nacht') }})
    {% endif %}
)

select
    week,
    nacht,
    leverancier,
    feed,
    dimensie,
    rijen,
    bevindingen,
    score,
    te_laat_dagen,
    alarm
from per_nacht
where nacht = laatste_nacht
