-- One row per eviction, of the snapshot in force of each corporation. Rows without BSN have no persoon_sk.
with rijen as (
    {{ staande_rijen('woningen', 'ontruimingen', 'momentopname', persoon=true) }}
)

select
    leverancier,
    rij_nr,
    persoon_sk,
    datum,
    gemeente,
    reden,
    leverdatum
from rijen
