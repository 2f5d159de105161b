-- The status of each waiting spell in each snapshot that stands, not only in the one in force: one row per spell and
-- leverdatum. When a status was first shown is in no column of the feed, only in the sequence of its snapshots.
with rijen as (
    {{ staande_rijen('sdd_wachtlijst', 'sdd_wachtlijst', 'alle_momentopnamen') }}
)

select distinct on (indicatie_nummer, wachtend_sinds, leverdatum)
    indicatie_nummer,
    wachtend_sinds,
    leverdatum,
    {{ wachtstatus('wachtstatus') }} as wachtstatus
from rijen
order by indicatie_nummer, wachtend_sinds, leverdatum, levering_id desc, rij_nr desc
