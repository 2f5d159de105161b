-- Products and voorzieningen; `alle` is that of a location where every product may be given.
select
    product_code,
    naam,
    categorie,
    domein,
    perimeter,
    rang,
    regio,
    geldig_van,
    geldig_tot,
    fictief
from {{ ref('product') }}

union all

select
    'alle' as product_code,
    'Alle producten van de locatie' as naam,
    null as categorie,
    null as domein,
    null as perimeter,
    null as rang,
    null as regio,
    null as geldig_van,
    null as geldig_tot,
    false as fictief
