-- One row per deceased person: the Einddatum of a standing 307 with code 02, the earliest of several
-- (definitions, D.0). A death on or after the first day beyond the last complete month is not known to the
-- marts (settled detail 13).
select
    stop.persoon_sk,
    min(stop.einddatum) as overleden_op
from {{ ref('int_stop') }} as stop
cross join {{ ref('stg_levering__nacht') }} as nacht
where
    stop.redenbeeindiging = '02'
    and stop.einddatum < nacht.afkap
group by stop.persoon_sk
