-- The night being run: the newest one registered. Marts hold facts before `afkap`, the first of the month of
-- DATE (settled detail 13).
select
    nacht_id,
    datum,
    date_trunc('month', datum)::date as afkap
from {{ source('levering', 'nachten') }}
order by nacht_id desc
limit 1
