-- The standing findings across suppliers: one row per rule, supplier, feed and record of that supplier. `sinds` is the
-- day from which it is not right.
select
    regel_id,
    leverancier,
    feed,
    record,
    regio,
    domein,
    persoon_sk,
    sinds
from {{ ref('int_keten__beoordeeld') }}
where afwijkend
