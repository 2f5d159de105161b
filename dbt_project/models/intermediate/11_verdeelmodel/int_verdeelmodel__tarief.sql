-- The tariff of each product on 1 January of each year, a day: of the data and of the scenarios. No row without a
-- tariff.
with jaren as (
    select jaar from {{ ref('int_maand') }}
    union
    select jaar from {{ ref('int_verdeelmodel__scenario') }}
)

select distinct on (jaren.jaar, tarief.product_code)
    jaren.jaar,
    tarief.product_code,
    tarief.bedrag_per_dag,
    tarief.status
from jaren
inner join {{ ref('tarief') }} as tarief
    on tarief.geldig_van <= make_date(jaren.jaar, 1, 1)
order by jaren.jaar, tarief.product_code, tarief.geldig_van desc
