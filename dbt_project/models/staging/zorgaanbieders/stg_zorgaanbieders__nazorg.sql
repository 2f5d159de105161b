-- One row per aftercare measurement, of the snapshot in force of each provider.
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

with rijen as (
    {{ staande_rijen('nazorg', 'nazorg', 'momentopname', persoon=true) }}
)

select
    leverancier,
    persoon_sk,
    laatste_dag,
    meting,
    meetdatum,
    woont_zelfstandig,
    terugkeergarantie,
    leverdatum
from rijen
