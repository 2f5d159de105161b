-- o: the objective share of each gemeente of the regio, Σ_k w_k · x_gk / Σ_j x_jk. Of a maatstaf the values of its
-- latest year up to `maatstafjaar` count, the same in every year of the scenario, so that the path towards it is
-- straight.
with scenarios as (
    select distinct
        scenario,
        regio,
        maatstafjaar
    from {{ ref('int_verdeelmodel__scenario') }}
),

waarden as (
    select
        scenario.scenario,
        maatstaf.maatstaf,
        maatstaf.gemeente_code,
        maatstaf.waarde,
        rank() over (partition by scenario.scenario, maatstaf.maatstaf order by maatstaf.jaar desc) as plaats
    from scenarios as scenario
    inner join {{ ref('regio_lid') }} as lid
        on scenario.regio = lid.regio
    inner join {{ ref('maatstaf') }} as maatstaf
        on
            lid.gemeente_code = maatstaf.gemeente_code
            and scenario.maatstafjaar >= maatstaf.jaar
),

delen as (
    select
        waarden.scenario,
        waarden.gemeente_code,
        waarden.maatstaf,
        waarden.waarde,
        gewicht.gewicht * waarden.waarde
        / nullif(sum(waarden.waarde) over (partition by waarden.scenario, waarden.maatstaf), 0) as deel
    from waarden
    left join {{ ref('maatstaf_gewicht') }} as gewicht
        on
            waarden.scenario = gewicht.scenario
            and waarden.maatstaf = gewicht.maatstaf
    where waarden.plaats = 1
)

select
    scenario,
    gemeente_code,
    trim_scale(coalesce(sum(deel), 0)) as aandeel,
    max(waarde) filter (where maatstaf = 'inwoners') as inwoners
from delen
group by scenario, gemeente_code
