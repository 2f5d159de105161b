-- D.11: the grand total of the matrix is the stand, per gemeente of herkomst and of verblijf.
with matrix as (
    select
        cel.regio,
        cel.maand,
        cel.domein,
        cel.perimeter,
        cel.basis,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        sum(cel.personen) as personen
    from {{ ref('mart_herkomst_verblijf') }} as cel
    {{ beide_gemeente_bases('cel.herkomst_code', 'cel.verblijf_code') }}
    group by 1, 2, 3, 4, 5, 6, 7
)

select
    balans.regio,
    balans.gemeente_code,
    balans.maand
from {{ ref('mart_stroombalans') }} as balans
left join matrix
    on
        balans.regio = matrix.regio
        and balans.maand = matrix.maand
        and balans.domein = matrix.domein
        and balans.perimeter = matrix.perimeter
        and balans.basis = matrix.basis
        and balans.gemeente_basis = matrix.gemeente_basis
        and balans.gemeente_code = matrix.gemeente_code
where balans.stand_eind <> coalesce(matrix.personen, 0)
