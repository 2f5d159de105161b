-- What is wrong with the rows that describe a scenario, in words for who wrote them. A row here stops the build
-- before any scenario is calculated, so that an `officieel` without a source, or weights that are not one together,
-- are never published.
with jaren as (
    select
        scenario.*,
        kalender.jaar
    from {{ ref('verdeelmodel_scenario') }} as scenario
    cross join lateral generate_series(scenario.eerste_jaar, scenario.laatste_jaar) as kalender (jaar)
),

gekozen as (
    select
        gewicht.scenario,
        gewicht.maatstaf,
        scenario.regio,
        max(maatstaf.jaar) as jaar
    from {{ ref('maatstaf_gewicht') }} as gewicht
    inner join {{ ref('verdeelmodel_scenario') }} as scenario
        on gewicht.scenario = scenario.scenario
    inner join {{ ref('regio_lid') }} as lid
        on scenario.regio = lid.regio
    left join {{ ref('maatstaf') }} as maatstaf
        on
            gewicht.maatstaf = maatstaf.maatstaf
            and lid.gemeente_code = maatstaf.gemeente_code
            and scenario.maatstafjaar >= maatstaf.jaar
    group by 1, 2, 3
),

gebreken as (
    select
        scenario,
        'maatstaf_gewicht: ' || maatstaf || ' is officieel zonder bron' as gebrek
    from {{ ref('maatstaf_gewicht') }}
    where status = 'officieel' and coalesce(trim(bron), '') = ''

    union all

    select
        budget as scenario,
        'verdeelmodel_budget: ' || jaar || ' is officieel zonder bron' as gebrek
    from {{ ref('verdeelmodel_budget') }}
    where status = 'officieel' and coalesce(trim(bron), '') = ''

    union all

    select
        wlz_uitname as scenario,
        'wlz_uitname is officieel zonder bron' as gebrek
    from {{ ref('wlz_uitname') }}
    where status = 'officieel' and coalesce(trim(bron), '') = ''

    union all

    select
        product_code as scenario,
        'tarief is officieel zonder bron' as gebrek
    from {{ ref('tarief') }}
    where status = 'officieel' and coalesce(trim(bron), '') = ''

    union all

    select
        scenario.scenario,
        'de gewichten zijn samen ' || coalesce(sum(gewicht.gewicht), 0) || ', niet 1' as gebrek
    from {{ ref('verdeelmodel_scenario') }} as scenario
    left join {{ ref('maatstaf_gewicht') }} as gewicht
        on scenario.scenario = gewicht.scenario
    group by scenario.scenario
    having abs(coalesce(sum(gewicht.gewicht), 0) - 1) > 1e-9 or min(gewicht.gewicht) < 0

    union all

    select
        gekozen.scenario,
        'maatstaf ' || gekozen.maatstaf || ' heeft geen waarde voor ' || lid.gemeente_code as gebrek
    from gekozen
    inner join {{ ref('regio_lid') }} as lid
        on gekozen.regio = lid.regio
    left join {{ ref('maatstaf') }} as maatstaf
        on
            gekozen.maatstaf = maatstaf.maatstaf
            and gekozen.jaar = maatstaf.jaar
            and lid.gemeente_code = maatstaf.gemeente_code
    where maatstaf.waarde is null or maatstaf.waarde < 0

    union all

    select
        gekozen.scenario,
        'maatstaf ' || gekozen.maatstaf || ' is voor iedere gemeente van de regio 0' as gebrek
    from gekozen
    inner join {{ ref('regio_lid') }} as lid
        on gekozen.regio = lid.regio
    inner join {{ ref('maatstaf') }} as maatstaf
        on
            gekozen.maatstaf = maatstaf.maatstaf
            and gekozen.jaar = maatstaf.jaar
            and lid.gemeente_code = maatstaf.gemeente_code
    group by gekozen.scenario, gekozen.maatstaf
    having sum(maatstaf.waarde) = 0

    union all

    select
        jaren.scenario,
        'verdeelmodel_budget: geen bedrag van ' || jaren.budget || ' voor ' || jaren.jaar as gebrek
    from jaren
    left join {{ ref('verdeelmodel_budget') }} as budget
        on
            jaren.budget = budget.budget
            and jaren.jaar = budget.jaar
    where budget.bedrag is null or budget.bedrag < 0

    union all

    select
        scenario,
        'eerste_jaar ligt na laatste_jaar' as gebrek
    from {{ ref('verdeelmodel_scenario') }}
    where eerste_jaar > laatste_jaar

    union all

    select
        scenario.scenario,
        'regio ' || scenario.regio || ' heeft niet precies een centrumgemeente in regio_lid' as gebrek
    from {{ ref('verdeelmodel_scenario') }} as scenario
    left join {{ ref('regio_lid') }} as lid
        on
            scenario.regio = lid.regio
            and lid.centrumgemeente
    group by scenario.scenario, scenario.regio
    having count(lid.gemeente_code) <> 1

    union all

    select
        scenario,
        'lineaire ingroei vraagt ingroei_jaren van minstens 1' as gebrek
    from {{ ref('verdeelmodel_scenario') }}
    where ingroei = 'lineair' and coalesce(ingroei_jaren, 0) < 1

    union all

    select
        scenario.scenario,
        'ingroei per cohort vraagt overleving: waargenomen met een cohort_peildatum, of een tabel die bij jaar 0 begint'
            as gebrek
    from {{ ref('verdeelmodel_scenario') }} as scenario
    where
        scenario.ingroei = 'cohort'
        and case
            when scenario.overleving = 'waargenomen' then scenario.cohort_peildatum is null
            else not exists (
                select 1
                from {{ ref('overlevingstabel') }} as tabel
                where tabel.tabel = scenario.overleving and tabel.jaren = 0
            )
        end

    union all

    select
        vergeleken.tabel as scenario,
        'overlevingstabel stijgt of ligt buiten 0 tot en met 1 bij jaar ' || vergeleken.jaren as gebrek
    from (
        select
            tabel.*,
            lag(tabel.aandeel) over (partition by tabel.tabel order by tabel.jaren) as vorig_aandeel
        from {{ ref('overlevingstabel') }} as tabel
    ) as vergeleken
    where vergeleken.aandeel not between 0 and coalesce(vergeleken.vorig_aandeel, 1)

    union all

    select
        scenario.scenario,
        'wlz_uitname ' || scenario.wlz_uitname || ' staat niet in wlz_uitname, of wlz_toerekening ontbreekt' as gebrek
    from {{ ref('verdeelmodel_scenario') }} as scenario
    left join {{ ref('wlz_uitname') }} as uitname
        on scenario.wlz_uitname = uitname.wlz_uitname
    where
        scenario.wlz_uitname is not null
        and (uitname.bedrag is null or scenario.wlz_toerekening is null)

    union all

    select
        scenario.scenario,
        'demping vraagt de maatstaf inwoners voor ' || lid.gemeente_code as gebrek
    from {{ ref('verdeelmodel_scenario') }} as scenario
    inner join {{ ref('regio_lid') }} as lid
        on scenario.regio = lid.regio
    where
        scenario.demping_per_inwoner is not null
        and not exists (
            select 1
            from {{ ref('maatstaf') }} as maatstaf
            where
                maatstaf.maatstaf = 'inwoners'
                and maatstaf.gemeente_code = lid.gemeente_code
                and maatstaf.jaar <= scenario.maatstafjaar
                and maatstaf.waarde > 0
        )
)

select
    scenario,
    gebrek
from gebreken
