-- D.9: afgerond, lopend and afgekapt together are everyone who left in the month and everyone in stand at its end.
with verwacht as (
    select
        regio,
        gemeente_basis,
        gemeente_code,
        maand,
        domein,
        perimeter,
        basis,
        product_code,
        aantal
    from {{ ref('mart_uitstroom') }}

    union all

    select
        regio,
        gemeente_basis,
        gemeente_code,
        maand,
        domein,
        perimeter,
        basis,
        product_code,
        stand_eind as aantal
    from {{ ref('mart_bezetting') }}

    union all

    select
        regio,
        gemeente_basis,
        gemeente_code,
        maand,
        domein,
        perimeter,
        basis,
        product_code,
        -n as aantal
    from {{ ref('mart_verblijfsduur') }}
)

select
    regio,
    gemeente_code,
    maand
from verwacht
group by regio, gemeente_basis, gemeente_code, maand, domein, perimeter, basis, product_code
having sum(aantal) <> 0
