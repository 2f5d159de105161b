-- Herkomst and verblijf divide the same people: per regio, maand, domein, perimeter and basis the totals are
-- equal.
select
    regio,
    maand,
    domein,
    perimeter,
    basis
from {{ ref('mart_stroombalans') }}
group by regio, maand, domein, perimeter, basis
having
    sum(case gemeente_basis when 'herkomst' then stand_eind else -stand_eind end) <> 0
    or sum(case gemeente_basis when 'herkomst' then instroom else -instroom end) <> 0
    or sum(case gemeente_basis when 'herkomst' then uitstroom else -uitstroom end) <> 0
