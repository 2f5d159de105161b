-- D.4: per product, stand begin + in + doorstroom in (+ administratief in) = stand eind + uit + doorstroom uit
-- (+ administratief uit), to the person.
with bewegingen as (
    select
        regio,
        maand,
        domein,
        perimeter,
        basis,
        product_code,
        sum(stand_eind) as aantal
    from {{ ref('mart_bezetting') }}
    where gemeente_basis = 'herkomst'
    group by 1, 2, 3, 4, 5, 6

    union all

    select
        regio,
        (maand + interval '1 month')::date as maand,
        domein,
        perimeter,
        basis,
        product_code,
        -sum(stand_eind) as aantal
    from {{ ref('mart_bezetting') }}
    where gemeente_basis = 'herkomst'
    group by 1, 2, 3, 4, 5, 6

    union all

    select
        regio,
        maand,
        domein,
        perimeter,
        basis,
        product_code,
        -sum(aantal) as aantal
    from {{ ref('mart_instroom') }}
    where gemeente_basis = 'herkomst'
    group by 1, 2, 3, 4, 5, 6

    union all

    select
        regio,
        maand,
        domein,
        perimeter,
        basis,
        product_code,
        sum(aantal) as aantal
    from {{ ref('mart_uitstroom') }}
    where gemeente_basis = 'herkomst'
    group by 1, 2, 3, 4, 5, 6

    union all

    select
        wissel.regio,
        wissel.maand,
        wissel.domein,
        wissel.perimeter,
        wissel.basis,
        kant.product_code,
        sum(kant.aantal) as aantal
    from (
        select
            regio,
            gemeente_basis,
            maand,
            domein,
            perimeter,
            basis,
            van_product,
            naar_product,
            aantal
        from {{ ref('mart_doorstroom') }}
        union all
        select
            regio,
            gemeente_basis,
            maand,
            domein,
            perimeter,
            basis,
            van_product,
            naar_product,
            aantal
        from {{ ref('mart_administratief') }}
    ) as wissel
    cross join
        lateral (
            values (wissel.naar_product, -wissel.aantal), (wissel.van_product, wissel.aantal)
        ) as kant (product_code, aantal)
    where wissel.gemeente_basis = 'herkomst'
    group by 1, 2, 3, 4, 5, 6
)

select
    regio,
    maand,
    domein,
    perimeter,
    basis,
    product_code,
    sum(aantal) as verschil
from bewegingen
where
    maand <= (select max(compleet.maand) from {{ ref('int_maand') }} as compleet)
    -- of the first month after those that fell away the one before is not there
    and maand > {{ weggevallen_tot() }} + 1
group by 1, 2, 3, 4, 5, 6
having sum(aantal) <> 0
