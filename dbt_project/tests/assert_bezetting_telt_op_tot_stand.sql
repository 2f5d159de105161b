-- The occupancy of a gemeente and month adds up to its stand in the balance.
with bezetting as (
    select
        regio,
        gemeente_basis,
        gemeente_code,
        maand,
        domein,
        perimeter,
        basis,
        sum(stand_eind) as stand_eind
    from {{ ref('mart_bezetting') }}
    group by 1, 2, 3, 4, 5, 6, 7
)

select
    balans.regio,
    balans.gemeente_code,
    balans.maand
from {{ ref('mart_stroombalans') }} as balans
left join bezetting
    on
        balans.regio = bezetting.regio
        and balans.gemeente_basis = bezetting.gemeente_basis
        and balans.gemeente_code = bezetting.gemeente_code
        and balans.maand = bezetting.maand
        and balans.domein = bezetting.domein
        and balans.perimeter = bezetting.perimeter
        and balans.basis = bezetting.basis
where balans.stand_eind <> coalesce(bezetting.stand_eind, 0)
