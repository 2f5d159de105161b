-- One row per agreement (jaar, gemeente, soort), of the snapshot in force of each corporation; of several the last.
with rijen as (
    {{ staande_rijen('woningen', 'contingenten', 'momentopname') }}
)

select distinct on (leverancier, jaar, gemeente, soort)
    leverancier,
    jaar,
    gemeente,
    soort,
    aantal,
    mutaties,
    leverdatum
from rijen
order by leverancier, jaar, gemeente, soort, rij_nr desc
