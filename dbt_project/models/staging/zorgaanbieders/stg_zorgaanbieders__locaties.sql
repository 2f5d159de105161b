-- One row per location, product and period, of the snapshot in force of each provider.
with rijen as (
    {{ staande_rijen('locaties', 'locaties', 'momentopname') }}
)

select
    leverancier,
    locatiecode,
    naam,
    gemeente,
    productcode as product_code,
    plaatsen,
    geldig_van,
    geldig_tot,
    rij_nr,
    leverdatum
from rijen
