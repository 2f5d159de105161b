-- Σ over the gemeenten of the amounts is the budget after Wlz uitname to the cent, and of the differences with
-- history 0; every scenario has every one of its years.
with bedragen as (
    select
        scenario,
        jaar,
        sum(bedrag) as bedrag,
        sum(verschil_historisch) as verschil
    from {{ ref('mart_verdeelmodel') }}
    group by scenario, jaar
)

select
    scenario,
    jaar,
    bedragen.bedrag,
    scenario.budget
from {{ ref('int_verdeelmodel__scenario') }} as scenario
full join bedragen
    using (scenario, jaar)
where
    bedragen.bedrag is distinct from scenario.budget
    or bedragen.verschil <> 0
