-- Places of a location through time: one row per supplier, location, product (`alle` where the row names none) and
-- period [van, tot) in which they are open. Of rows that overlap the one that began last counts, then the last in
-- the file.
with rijen as (
    select
        leverancier,
        locatiecode,
        coalesce(product_code, 'alle') as product_code,
        geldig_van as van,
        coalesce(geldig_tot + 1, date '{{ var("open_einde") }}') as tot,
        plaatsen,
        rij_nr
    from {{ ref('stg_zorgaanbieders__locaties') }}
),

beste as (
    {{ beste_per_interval(
        'rijen',
        ['leverancier', 'locatiecode', 'product_code'],
        'kandidaat.van desc, kandidaat.rij_nr desc'
    ) }}
)

select
    leverancier as aanbieder,
    locatiecode,
    product_code,
    deel_van as van,
    deel_tot as tot,
    plaatsen
from beste
