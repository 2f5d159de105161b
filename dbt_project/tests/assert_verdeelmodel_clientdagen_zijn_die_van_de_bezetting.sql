-- The client-days the verdeelmodel rests on are those of the occupancy (D.8), whoever pays for them (Q-35).
with bezetting as (
    select
        regio,
        jaar,
        basis,
        gemeente_basis,
        gemeente_code,
        sum(clientdagen) as clientdagen
    from {{ ref('mart_bezetting_jaar') }}
    where domein = 'BW' and perimeter = 'A' and clientdagen > 0
    group by 1, 2, 3, 4, 5
),

grondslag as (
    select
        regio,
        jaar,
        basis,
        gemeente_basis,
        gemeente_code,
        sum(clientdagen) as clientdagen
    from {{ ref('int_verdeelmodel__grondslag') }}
    where groep = 'alle' and jaar > extract(year from {{ weggevallen_tot() }})
    group by 1, 2, 3, 4, 5
)

select
    regio,
    jaar,
    basis,
    gemeente_basis,
    gemeente_code
from bezetting
full join grondslag
    using (regio, jaar, basis, gemeente_basis, gemeente_code)
where bezetting.clientdagen is distinct from grondslag.clientdagen
