-- Shares and amounts: (1 − α)·h + α·o of the budget, in whole cents that add up to it. One row per scenario, year and
-- gemeente of the regio, and per pseudo-code that has a share or costs.
with gemeenten as (
    select
        scenario.scenario,
        scenario.jaar,
        lid.gemeente_code
    from {{ ref('int_verdeelmodel__scenario') }} as scenario
    inner join {{ ref('regio_lid') }} as lid
        on scenario.regio = lid.regio

    union

    select
        scenario.scenario,
        scenario.jaar,
        historisch.gemeente_code
    from {{ ref('int_verdeelmodel__scenario') }} as scenario
    inner join {{ ref('int_verdeelmodel__historisch') }} as historisch
        on scenario.scenario = historisch.scenario

    union

    select
        scenario,
        jaar,
        gemeente_code
    from {{ ref('int_verdeelmodel__wlz_deel') }}

    union

    select
        scenario,
        jaar,
        gemeente_code
    from {{ ref('int_verdeelmodel__eigen_kosten') }}
),

aandelen as (
    select
        gemeenten.scenario,
        gemeenten.jaar,
        gemeenten.gemeente_code,
        ingroei.alfa,
        ingroei.alfa_bron,
        objectief.inwoners,
        scenario.regio,
        scenario.status,
        scenario.budget,
        scenario.verdeelbaar,
        case when eigen.gemeente_code is null then 0 else eigen.kosten end as kosten,
        coalesce(historisch.aandeel, 0) as historisch,
        coalesce(objectief.aandeel, 0) as objectief,
        coalesce(wlz.bedrag, 0) as wlz
    from gemeenten
    inner join {{ ref('int_verdeelmodel__scenario') }} as scenario
        on
            gemeenten.scenario = scenario.scenario
            and gemeenten.jaar = scenario.jaar
    inner join {{ ref('int_verdeelmodel__ingroei') }} as ingroei
        on
            gemeenten.scenario = ingroei.scenario
            and gemeenten.jaar = ingroei.jaar
    left join {{ ref('int_verdeelmodel__historisch') }} as historisch
        on
            gemeenten.scenario = historisch.scenario
            and gemeenten.gemeente_code = historisch.gemeente_code
    left join {{ ref('int_verdeelmodel__objectief') }} as objectief
        on
            gemeenten.scenario = objectief.scenario
            and gemeenten.gemeente_code = objectief.gemeente_code
    left join {{ ref('int_verdeelmodel__wlz_deel') }} as wlz
        on
            gemeenten.scenario = wlz.scenario
            and gemeenten.jaar = wlz.jaar
            and gemeenten.gemeente_code = wlz.gemeente_code
    left join {{ ref('int_verdeelmodel__eigen_kosten') }} as eigen
        on
            gemeenten.scenario = eigen.scenario
            and gemeenten.jaar = eigen.jaar
            and gemeenten.gemeente_code = eigen.gemeente_code
),

gemengd as (
    select
        aandelen.*,
        (1 - alfa) * historisch + alfa * objectief as aandeel
    from aandelen
),

exact as (
    select
        gemengd.*,
        aandeel * verdeelbaar - wlz as exact_bedrag,
        historisch * verdeelbaar - wlz as exact_historisch
    from gemengd
)

select
    scenario,
    jaar,
    gemeente_code,
    regio,
    status,
    budget,
    alfa,
    alfa_bron,
    inwoners,
    historisch as aandeel_historisch,
    objectief as aandeel_objectief,
    aandeel,
    trim_scale({{ grootste_rest('exact_bedrag', 'budget', ['scenario', 'jaar'], 'gemeente_code') }}) as bedrag,
    trim_scale(
        {{ grootste_rest('exact_historisch', 'budget', ['scenario', 'jaar'], 'gemeente_code') }}
    ) as bedrag_historisch,
    kosten as eigen_kosten
from exact
