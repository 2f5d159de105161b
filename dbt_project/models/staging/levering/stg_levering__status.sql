-- What each file's fate was as of the night: its latest status known by then. Statuses change in place in
-- levering.bestanden and never in their history, from which this follows.
select distinct on (verloop.levering_id)
    verloop.levering_id,
    verloop.status
from {{ source('levering', 'status_verloop') }} as verloop
cross join {{ ref('stg_levering__nacht') }} as nacht
where verloop.bekend_op <= nacht.bekend_tot
order by verloop.levering_id, verloop.bekend_op desc, verloop.verloop_id desc
