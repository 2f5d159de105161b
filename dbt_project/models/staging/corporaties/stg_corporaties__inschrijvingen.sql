-- One row per registration as woningzoekende, of the snapshot in force of each corporation: of the same person on the
-- same day the last row counts. Rows without BSN have no persoon_sk.
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

with rijen as (
    {{ staande_rijen('woningen', 'inschrijvingen', 'momentopname', persoon=true) }}
)

select distinct on (leverancier, coalesce(persoon_sk, rij_nr::text), inschrijfdatum)
    leverancier,
    persoon_sk,
    geboortedatum,
    inschrijfdatum,
    uitschrijfdatum,
    leverdatum
from rijen
order by leverancier, coalesce(persoon_sk, rij_nr::text), inschrijfdatum, rij_nr desc
