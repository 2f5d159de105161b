-- To how many records of a supplier a rule across suppliers was applied; no row: niet van toepassing, which is not the
-- same as passed.
select
    regel_id,
    leverancier,
    feed,
    count(*)::integer as rijen
from {{ ref('int_keten__beoordeeld') }}
group by regel_id, leverancier, feed
