-- h: the historical share of each gemeente (H0 the centrumgemeente has all, H1 client-days by verblijf, H2 by
-- herkomst, of the year `basisjaar`). One row per scenario and gemeente or pseudo-code with a share.
--
-- Days of which the gemeente is unknown, elsewhere or none (pseudo-codes) stay visible as a row of their own,
-- unless the scenario says they are borne by the centrumgemeente or by everyone in proportion (`pseudo_codes`).
-- Without any day in the year, ONBEKEND has it all: nobody knows.
with scenarios as (
    select distinct on (scenario)
        scenario,
        regio,
        basis,
        basisjaar,
        historisch,
        pseudo_codes,
        zonder_financieringsbron,
        centrumgemeente
    from {{ ref('int_verdeelmodel__scenario') }}
    order by scenario, jaar
),

dagen as (
    select
        scenario.scenario,
        scenario.pseudo_codes,
        {{ verdeelrij('grondslag.gemeente_code', 'scenario') }} as gemeente_code,
        sum(grondslag.clientdagen) as dagen
    from scenarios as scenario
    inner join {{ ref('int_verdeelmodel__grondslag') }} as grondslag
        on
            scenario.regio = grondslag.regio
            and scenario.basis = grondslag.basis
            and scenario.basisjaar = grondslag.jaar
            and scenario.historisch = grondslag.gemeente_basis
            and grondslag.groep = 'alle'
            and grondslag.financieringsbron is distinct from scenario.zonder_financieringsbron
    group by 1, 2, 3
),

tellend as (
    select
        scenario,
        gemeente_code,
        dagen
    from dagen
    where
        pseudo_codes <> 'naar_rato'
        or not {{ is_pseudo('gemeente_code') }}
        or not exists (
            select 1
            from dagen as bekend
            where
                bekend.scenario = dagen.scenario
                and not {{ is_pseudo('bekend.gemeente_code') }}
        )

    union all

    select
        scenario,
        centrumgemeente as gemeente_code,
        1 as dagen
    from scenarios
    where historisch = 'centrumgemeente'

    union all

    select
        scenario,
        'ONBEKEND' as gemeente_code,
        1 as dagen
    from scenarios
    where
        historisch <> 'centrumgemeente'
        and not exists (
            select 1
            from dagen
            where dagen.scenario = scenarios.scenario
        )
)

select
    scenario,
    gemeente_code,
    trim_scale(dagen / sum(dagen) over (partition by scenario)) as aandeel
from tellend
