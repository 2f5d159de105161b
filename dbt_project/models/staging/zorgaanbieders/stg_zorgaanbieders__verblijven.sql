-- One row per stay at a location, of the snapshot in force of each provider.
{{ config(indexes=[{'columns': ['toewijzingnummer', 'leverancier']}]) }}

with rijen as (
    {{ staande_rijen('verblijven', 'verblijven', 'momentopname', persoon=true) }}
)

select distinct on (leverancier, verblijf_id)
    leverancier,
    verblijf_id,
    persoon_sk,
    koppelzekerheid,
    toewijzingnummer,
    locatiecode,
    productcode as product_code,
    leveringsvorm,
    eerste_dag,
    laatste_dag,
    bestemming,
    gemeente_uitstroom,
    uitstroomgereed_op,
    leverdatum
from rijen
order by leverancier, verblijf_id, rij_nr desc
