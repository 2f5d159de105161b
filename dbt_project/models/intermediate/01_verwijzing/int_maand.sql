-- One row per complete month, from the first in which a placement begins to the one before that of DATE.
select
    maand::date as maand,
    (maand + interval '1 month')::date as volgende_maand,
    (maand + interval '1 month')::date - maand::date as dagen_in_maand,
    extract(year from maand)::integer as jaar,
    (date_trunc('year', maand) + interval '1 year')::date - date_trunc('year', maand)::date as dagen_in_jaar
from {{ ref('stg_levering__nacht') }} as nacht
cross join lateral generate_series(
    (select date_trunc('month', min(plaatsing.s)) from {{ ref('int_plaatsing') }} as plaatsing),
    nacht.afkap - interval '1 month',
    interval '1 month'
) as maand
