-- depends_on: {{ ref('int_verdeelmodel__gebrek') }}
-- One row per scenario and year, with its money. A scenario is `officieel` only when every weight and every amount
-- in it is; the tariffs do not count, no share or amount rests on them.
--
-- Wlz uitname, from `vanaf_jaar`: the national amount times the share of the regio, which is given
-- (wlz_regioaandeel) or follows from what it is attributed by: the budget, the clients that go over, or their
-- client-days. It never exceeds the budget. How many go over nobody records yet: those of int_verdeelmodel__wlz, a
-- proxy (Q-14).
with gewichten as (
    select
        scenario,
        bool_and(status = 'officieel') as officieel
    from {{ ref('maatstaf_gewicht') }}
    group by scenario
),

overgaand as (
    select
        scenario.scenario,
        sum(wlz.clienten)::numeric as clienten,
        sum(wlz.clientdagen)::numeric as clientdagen
    from {{ ref('verdeelmodel_scenario') }} as scenario
    inner join {{ ref('int_verdeelmodel__grondslag') }} as wlz
        on
            scenario.regio = wlz.regio
            and scenario.basis = wlz.basis
            and scenario.basisjaar = wlz.jaar
            and wlz.gemeente_basis = 'herkomst'
            and wlz.groep = 'wlz_proxy'
            and wlz.financieringsbron is distinct from scenario.zonder_financieringsbron
    group by scenario.scenario
),

met_uitname as (
    select
        scenario.scenario,
        kalender.jaar,
        scenario.regio,
        scenario.omschrijving,
        scenario.basis,
        scenario.basisjaar,
        scenario.historisch,
        scenario.pseudo_codes,
        scenario.zonder_financieringsbron,
        scenario.maatstafjaar,
        scenario.ingroei,
        scenario.startjaar,
        scenario.ingroei_jaren,
        scenario.overleving,
        scenario.cohort_peildatum,
        scenario.demping_per_inwoner,
        lid.gemeente_code as centrumgemeente,
        budget.bedrag as budget_voor,
        coalesce(kalender.jaar >= uitname.vanaf_jaar, false) as na_uitname,
        case
            when scenario.wlz_toerekening = 'clienten' and overgaand.clienten > 0 then 'clienten'
            when scenario.wlz_toerekening = 'clientdagen' and overgaand.clientdagen > 0 then 'clientdagen'
            else 'budget'
        end as toerekening,
        case
            when kalender.jaar < uitname.vanaf_jaar or uitname.bedrag is null then 0
            else least(
                budget.bedrag,
                round(
                    uitname.bedrag * coalesce(
                        scenario.wlz_regioaandeel,
                        case scenario.wlz_toerekening
                            when 'budget' then budget.bedrag / uitname.landelijk_budget
                            when 'clienten' then coalesce(overgaand.clienten, 0) / uitname.landelijke_clienten
                            else coalesce(overgaand.clientdagen, 0) / uitname.landelijke_clientdagen
                        end
                    ),
                    2
                )
            )
        end::numeric(15, 2) as uitname,
        case
            when
                gewichten.officieel
                and budget.status = 'officieel'
                and coalesce(uitname.status, 'officieel') = 'officieel'
                then 'officieel'
            else 'illustratief'
        end as status
    from {{ ref('verdeelmodel_scenario') }} as scenario
    cross join lateral generate_series(scenario.eerste_jaar, scenario.laatste_jaar) as kalender (jaar)
    inner join {{ ref('regio_lid') }} as lid
        on
            scenario.regio = lid.regio
            and lid.centrumgemeente
    inner join {{ ref('verdeelmodel_budget') }} as budget
        on
            scenario.budget = budget.budget
            and kalender.jaar = budget.jaar
    inner join gewichten
        on scenario.scenario = gewichten.scenario
    left join {{ ref('wlz_uitname') }} as uitname
        on scenario.wlz_uitname = uitname.wlz_uitname
    left join overgaand
        on scenario.scenario = overgaand.scenario
)

select
    met_uitname.*,
    trim_scale(budget_voor - uitname) as budget,
    -- what the shares are taken of: the uitname comes off before the division, or off each gemeente's own part
    trim_scale(budget_voor - case when toerekening = 'budget' then uitname else 0 end) as verdeelbaar
from met_uitname
