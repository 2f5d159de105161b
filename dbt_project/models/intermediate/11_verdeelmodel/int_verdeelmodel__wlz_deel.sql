-- What the Wlz uitname takes from each gemeente when it is attributed by who goes over: their clients, or their
-- client-days, where the history lies (herkomst for H2, else verblijf). Pseudo-codes as in the history; the
-- centrumgemeente bears them when it bears the whole history.
with delen as (
    select
        scenario.scenario,
        scenario.jaar,
        scenario.pseudo_codes,
        scenario.uitname,
        case
            when {{ is_pseudo('grondslag.gemeente_code') }} and scenario.historisch = 'centrumgemeente'
                then scenario.centrumgemeente
            else {{ verdeelrij('grondslag.gemeente_code', 'scenario') }}
        end as gemeente_code,
        sum(
            case scenario.toerekening when 'clienten' then grondslag.clienten else grondslag.clientdagen end
        ) as gewicht
    from {{ ref('int_verdeelmodel__scenario') }} as scenario
    inner join {{ ref('int_verdeelmodel__grondslag') }} as grondslag
        on
            scenario.regio = grondslag.regio
            and scenario.basis = grondslag.basis
            and scenario.basisjaar = grondslag.jaar
            and grondslag.groep = 'wlz_proxy'
            and grondslag.gemeente_basis = case scenario.historisch when 'herkomst' then 'herkomst' else 'verblijf' end
            and grondslag.financieringsbron is distinct from scenario.zonder_financieringsbron
    where
        scenario.na_uitname
        and scenario.toerekening <> 'budget'
    group by 1, 2, 3, 4, 5
),

tellend as (
    select delen.*
    from delen
    where
        pseudo_codes <> 'naar_rato'
        or not {{ is_pseudo('gemeente_code') }}
        or not exists (
            select 1
            from delen as bekend
            where
                bekend.scenario = delen.scenario
                and bekend.jaar = delen.jaar
                and not {{ is_pseudo('bekend.gemeente_code') }}
                and bekend.gewicht > 0
        )
)

select
    scenario,
    jaar,
    gemeente_code,
    uitname * gewicht / nullif(sum(gewicht) over (partition by scenario, jaar), 0) as bedrag
from tellend
