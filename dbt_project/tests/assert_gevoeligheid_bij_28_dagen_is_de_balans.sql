-- The sensitivity mart at the norm of 28 days gives the figures of the balance.
with balans as (
    select
        regio,
        maand,
        domein,
        perimeter,
        basis,
        sum(instroom) as instroom,
        sum(uitstroom) as uitstroom,
        sum(stand_eind) as stand_eind
    from {{ ref('mart_stroombalans') }}
    where gemeente_basis = 'herkomst'
    group by regio, maand, domein, perimeter, basis
),

norm as (
    select *
    from {{ ref('mart_gevoeligheid') }}
    where hiaat_dagen = 28
)

select
    balans.regio,
    balans.maand
from balans
left join norm
    on
        balans.regio = norm.regio
        and balans.maand = norm.maand
        and balans.domein = norm.domein
        and balans.perimeter = norm.perimeter
        and balans.basis = norm.basis
where
    balans.instroom <> coalesce(norm.instroom, 0)
    or balans.uitstroom <> coalesce(norm.uitstroom, 0)
    or balans.stand_eind <> coalesce(norm.stand_eind, 0)
