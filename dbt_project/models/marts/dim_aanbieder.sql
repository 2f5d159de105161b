-- Every supplier of care that has a placement, dated by its first and last known day. Names and mergers of AGB
-- codes are not in any feed.
select
    aanbieder,
    min(s) as geldig_van,
    max(least(e, date '{{ var("open_einde") }}') - 1) as geldig_tot
from {{ ref('int_plaatsing') }}
group by aanbieder
