-- D.13: unique total = ZIN + PGB − both (+ unknown), and it is the stand.
with balans as (
    select
        regio,
        maand,
        perimeter,
        basis,
        sum(stand_eind) as stand_eind
    from {{ ref('mart_stroombalans') }}
    where
        domein = 'BW'
        and gemeente_basis = 'herkomst'
    group by regio, maand, perimeter, basis
)

select
    vorm.regio,
    vorm.maand
from {{ ref('mart_leveringsvorm') }} as vorm
left join balans
    on
        vorm.regio = balans.regio
        and vorm.maand = balans.maand
        and vorm.perimeter = balans.perimeter
        and vorm.basis = balans.basis
where
    vorm.totaal <> vorm.zin + vorm.pgb - vorm.beide + vorm.onbekend
    or vorm.totaal <> balans.stand_eind
