-- Every supplier of care that has a placement or a location, dated by its first and last known day.
-- Names and mergers of AGB codes are not in any feed.
with bekend as (
    select
        aanbieder,
        s,
        e
    from {{ ref('int_plaatsing') }}

    union all

    select
        leverancier as aanbieder,
        geldig_van as s,
        coalesce(geldig_tot + 1, date '{{ var("open_einde") }}') as e
    from {{ ref('stg_zorgaanbieders__locaties') }}
)

select
    aanbieder,
    min(s) as geldig_van,
    max(least(e, date '{{ var("open_einde") }}') - 1) as geldig_tot
from bekend
group by aanbieder
