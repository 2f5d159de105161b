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
