-- The night being run: the newest one registered. Marts hold facts before `afkap`, the first of the month of
-- DATE (settled detail 13), as known on `bekend_tot`: 06:00 Europe/Amsterdam on DATE.
select
    nacht_id,
    datum,
    date_trunc('month', datum)::date as afkap,
    (datum + time '06:00') at time zone 'Europe/Amsterdam' as bekend_tot
from {{ source('levering', 'nachten') }}
order by nacht_id desc
limit 1
