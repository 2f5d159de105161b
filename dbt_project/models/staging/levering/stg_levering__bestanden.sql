-- Deliveries that count: accepted and judged. `is_laatste` marks the snapshot in force of a supplier and feed:
-- the latest leverdatum, of which a correction taken in later has already replaced the earlier file (status
-- vervangen).
select
    levering_id,
    bestand,
    leverancier,
    soort_leverancier,
    feed,
    leverdatum,
    versie,
    nacht,
    bekend_op,
    row_number() over (
        partition by leverancier, feed
        order by leverdatum desc, levering_id desc
    ) = 1 as is_laatste
from {{ source('levering', 'bestanden') }}
where
    status = 'geaccepteerd'
    and beoordeeld_op is not null
