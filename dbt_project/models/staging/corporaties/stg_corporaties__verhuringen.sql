-- One row per lease, of the snapshot in force of each corporation. Rows without BSN have no persoon_sk.
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

with rijen as (
    {{ staande_rijen('woningen', 'verhuringen', 'momentopname', persoon=true) }}
)

select distinct on (leverancier, contractnummer)
    leverancier,
    contractnummer,
    persoon_sk,
    geboortedatum,
    gemeente,
    contractsoort,
    contingent,
    uitstroom_uit,
    aanbieder_agb,
    ingangsdatum,
    omklapdatum,
    einddatum,
    kale_huur,
    zelfstandig,
    leverdatum
from rijen
order by leverancier, contractnummer, rij_nr desc
