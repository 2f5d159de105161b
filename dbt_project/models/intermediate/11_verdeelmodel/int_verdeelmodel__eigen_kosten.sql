-- The costs a gemeente would bear in a year of a scenario if it paid for its own clients, by herkomst: the
-- client-days of `basisjaar` at the tariffs of the year, without who has gone over to the Wlz once that is taken
-- out. Client-days of pseudo-codes go where the scenario lets their history go.
with kosten as (
    select
        scenario.scenario,
        scenario.jaar,
        scenario.pseudo_codes,
        {{ verdeelrij('kosten.gemeente_code', 'scenario') }} as gemeente_code,
        bool_or(tarief.bedrag_per_dag is null) as tarief_ontbreekt,
        sum(
            case kosten.groep
                when 'alle' then kosten.clientdagen
                else -kosten.clientdagen
            end * tarief.bedrag_per_dag
        ) as kosten
    from {{ ref('int_verdeelmodel__scenario') }} as scenario
    inner join {{ ref('int_verdeelmodel__kosten') }} as kosten
        on
            scenario.regio = kosten.regio
            and scenario.basis = kosten.basis
            and scenario.basisjaar = kosten.jaar
            and kosten.financieringsbron is distinct from scenario.zonder_financieringsbron
            and (kosten.groep = 'alle' or scenario.na_uitname)
    left join {{ ref('int_verdeelmodel__tarief') }} as tarief
        on
            kosten.product_code = tarief.product_code
            and scenario.jaar = tarief.jaar
    group by 1, 2, 3, 4
),

totalen as (
    select
        kosten.*,
        sum(kosten) over (partition by scenario, jaar) as totaal,
        sum(kosten) filter (where not {{ is_pseudo('gemeente_code') }}) over (partition by scenario, jaar) as bekend
    from kosten
)

select
    scenario,
    jaar,
    gemeente_code,
    case
        when tarief_ontbreekt then null
        when pseudo_codes = 'naar_rato' and bekend > 0 then trim_scale(kosten * totaal / bekend)
        else trim_scale(kosten)
    end as kosten
from totalen
where pseudo_codes <> 'naar_rato' or coalesce(bekend, 0) = 0 or not {{ is_pseudo('gemeente_code') }}
