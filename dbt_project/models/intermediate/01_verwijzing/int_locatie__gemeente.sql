-- The gemeente of a location through time, without holes: the row valid on the day; else the latest that began
-- before it (a closed location still stands somewhere); else the earliest. One row per location and period
-- [van, tot).
with rijen as (
    select
        leverancier,
        locatiecode,
        gemeente,
        geldig_van,
        coalesce(geldig_tot + 1, date '{{ var("open_einde") }}') as geldig_tot,
        rij_nr
    from {{ ref('stg_zorgaanbieders__locaties') }}
),

kandidaten as (
    select
        leverancier,
        locatiecode,
        gemeente,
        geldig_van as van,
        geldig_tot as tot,
        1 as voorrang,
        geldig_van,
        rij_nr
    from rijen

    union all

    select
        leverancier,
        locatiecode,
        gemeente,
        geldig_van as van,
        date '{{ var("open_einde") }}' as tot,
        2 as voorrang,
        geldig_van,
        rij_nr
    from rijen

    union all

    (
        select distinct on (leverancier, locatiecode)
            leverancier,
            locatiecode,
            gemeente,
            date '0001-01-01' as van,
            date '{{ var("open_einde") }}' as tot,
            3 as voorrang,
            geldig_van,
            rij_nr
        from rijen
        order by leverancier, locatiecode, geldig_van, rij_nr
    )
),

beste as (
    {{ beste_per_interval(
        'kandidaten',
        ['leverancier', 'locatiecode'],
        'kandidaat.voorrang, kandidaat.geldig_van desc, kandidaat.rij_nr'
    ) }}
)

select
    leverancier,
    locatiecode,
    deel_van as van,
    deel_tot as tot,
    gemeente
from beste
