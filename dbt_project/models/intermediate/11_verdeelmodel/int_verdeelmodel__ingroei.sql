-- α: how far each year is on its way from historical to objective, 0 to 1 and never back. One row per scenario and
-- year.
--
-- Linear: α = (t − t0 + 1) / N. Cohort: α = 1 − S, the share of the stock of 1 January of t0 that has left on 1
-- January of t (so t0 itself is still historical). S is looked up in a table, or is that of an earlier stock after
-- as many years; beyond what has been observed it goes on with the mean yearly rate so far, and `alfa_bron` says
-- `voortgezet`. A stock of nobody has nobody on historical money.
--
-- Damping: nobody's amount changes more by the redistribution than so many euros per inhabitant per year. Where a
-- year would take a larger step, everyone's step is shortened by the same factor, so that shares add up and all
-- stay on their way; what is left is caught up in later years. Changes of the budget itself and the Wlz uitname are
-- not damped.
with cohort as (
    select
        scenario.scenario,
        scenario.jaar,
        scenario.jaar - scenario.startjaar as jaren,
        scenario.regio,
        scenario.basis,
        scenario.cohort_peildatum,
        scenario.overleving
    from {{ ref('int_verdeelmodel__scenario') }} as scenario
    where scenario.ingroei = 'cohort'
),

cohort_alfa as (
    select
        cohort.scenario,
        cohort.jaar,
        case
            when cohort.jaren <= 0 then 0
            when cohort.overleving <> 'waargenomen' then 1 - tabel.aandeel
            when waargenomen.aandeel is not null then 1 - waargenomen.aandeel
            when laatste.jaren = 0 or laatste.jaren is null then 0
            else 1 - power(laatste.aandeel, cohort.jaren::numeric / laatste.jaren)
        end as alfa,
        case
            when cohort.overleving <> 'waargenomen' then 'tabel'
            when cohort.jaren <= 0 or waargenomen.aandeel is not null then 'waargenomen'
            else 'voortgezet'
        end as alfa_bron
    from cohort
    left join {{ ref('int_verdeelmodel__overleving') }} as waargenomen
        on
            cohort.regio = waargenomen.regio
            and cohort.basis = waargenomen.basis
            and cohort.cohort_peildatum = waargenomen.cohort_peildatum
            and cohort.jaren = waargenomen.jaren
    left join lateral (
        select
            rij.jaren,
            rij.aandeel
        from {{ ref('int_verdeelmodel__overleving') }} as rij
        where
            rij.regio = cohort.regio
            and rij.basis = cohort.basis
            and rij.cohort_peildatum = cohort.cohort_peildatum
        order by rij.jaren desc
        limit 1
    ) as laatste on true
    left join lateral (
        -- a table that stops stays at its last value
        select rij.aandeel
        from {{ ref('overlevingstabel') }} as rij
        where
            rij.tabel = cohort.overleving
            and rij.jaren <= cohort.jaren
        order by rij.jaren desc
        limit 1
    ) as tabel on true
),

gewenst as (
    select
        scenario.scenario,
        scenario.jaar,
        scenario.demping_per_inwoner,
        scenario.verdeelbaar,
        coalesce(cohort_alfa.alfa_bron, 'lineair') as alfa_bron,
        coalesce(
            cohort_alfa.alfa,
            least(1, greatest(0, (scenario.jaar - scenario.startjaar + 1)::numeric / scenario.ingroei_jaren))
        ) as alfa
    from {{ ref('int_verdeelmodel__scenario') }} as scenario
    left join cohort_alfa
        on
            scenario.scenario = cohort_alfa.scenario
            and scenario.jaar = cohort_alfa.jaar
),

grootste_verschil as (
    select
        objectief.scenario,
        max(abs(objectief.aandeel - coalesce(historisch.aandeel, 0)) / nullif(objectief.inwoners, 0)) as per_inwoner
    from {{ ref('int_verdeelmodel__objectief') }} as objectief
    left join {{ ref('int_verdeelmodel__historisch') }} as historisch
        on
            objectief.scenario = historisch.scenario
            and objectief.gemeente_code = historisch.gemeente_code
    group by objectief.scenario
),

-- the largest step of a year; summed over the years, the furthest one can have come
met_stap as (
    select
        gewenst.*,
        sum(
            coalesce(
                gewenst.demping_per_inwoner / nullif(verschil.per_inwoner * gewenst.verdeelbaar, 0),
                1
            )
        ) over (
            partition by gewenst.scenario order by gewenst.jaar
        ) as stappen
    from gewenst
    left join grootste_verschil as verschil
        on gewenst.scenario = verschil.scenario
)

select
    scenario,
    jaar,
    alfa as alfa_ongedempt,
    trim_scale(
        case
            when demping_per_inwoner is null then alfa
            else least(
                alfa,
                stappen + least(0, min(alfa - stappen) over (partition by scenario order by jaar))
            )
        end
    ) as alfa,
    alfa_bron
from met_stap
