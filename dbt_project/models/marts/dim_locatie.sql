select
    locatie.leverancier as aanbieder,
    locatie.locatiecode,
    locatie.naam,
    'GM' || locatie.gemeente as gemeente_code_historisch,
    indeling.gemeente_code_2021 as gemeente_code,
    locatie.product_code,
    locatie.plaatsen,
    locatie.geldig_van,
    locatie.geldig_tot
from {{ ref('stg_zorgaanbieders__locaties') }} as locatie
left join {{ ref('int_gemeente__indeling') }} as indeling
    on locatie.gemeente = indeling.gemeente_code
