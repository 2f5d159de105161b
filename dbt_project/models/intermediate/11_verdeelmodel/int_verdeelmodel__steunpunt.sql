-- Which published cells each figure of mart_verdeelmodel is calculated from: the publication leaves a figure out
-- when one of them is left out, so that what is published follows from what is published already. One row per
-- figure and cell; `op_sleutel` is the key of the cell, its columns joined by a bar.
with scenarios as (
    select distinct
        scenario.scenario,
        scenario.jaar,
        scenario.regio,
        scenario.basis,
        scenario.basisjaar,
        scenario.historisch,
        scenario.pseudo_codes,
        scenario.zonder_financieringsbron,
        scenario.centrumgemeente,
        scenario.demping_per_inwoner,
        scenario.na_uitname,
        scenario.toerekening,
        scenario.cohort_peildatum,
        scenario.startjaar,
        ingroei.alfa_bron
    from {{ ref('int_verdeelmodel__scenario') }} as scenario
    inner join {{ ref('int_verdeelmodel__ingroei') }} as ingroei
        on
            scenario.scenario = ingroei.scenario
            and scenario.jaar = ingroei.jaar
),

totalen as (
    select distinct
        regio,
        jaar,
        basis,
        financieringsbron,
        groep
    from {{ ref('int_verdeelmodel__grondslag') }}
),

langste as (
    select
        regio,
        basis,
        cohort_peildatum,
        max(jaren) as jaren
    from {{ ref('int_verdeelmodel__overleving') }}
    group by regio, basis, cohort_peildatum
),

-- cells of a gemeente: `rij` is the row of the scenario they bear on, NULL for every row
cellen as (
    select
        scenario.scenario,
        scenario.jaar,
        grondslag.groep,
        scenario.demping_per_inwoner,
        case
            when not {{ is_pseudo('grondslag.gemeente_code') }} then grondslag.gemeente_code
            when scenario.pseudo_codes = 'naar_rato' then null
            when scenario.historisch = 'centrumgemeente' then scenario.centrumgemeente
            else {{ verdeelrij('grondslag.gemeente_code', 'scenario') }}
        end as rij,
        'mart_verdeelmodel_grondslag' as op_mart,
        concat_ws(
            '|', grondslag.regio, grondslag.jaar, grondslag.basis, grondslag.gemeente_basis, grondslag.gemeente_code,
            grondslag.financieringsbron, grondslag.groep
        ) as op_sleutel
    from scenarios as scenario
    inner join {{ ref('int_verdeelmodel__grondslag') }} as grondslag
        on
            scenario.regio = grondslag.regio
            and scenario.basis = grondslag.basis
            and scenario.basisjaar = grondslag.jaar
            and grondslag.financieringsbron is distinct from scenario.zonder_financieringsbron
            and case
                when grondslag.groep = 'alle' then scenario.historisch = grondslag.gemeente_basis
                else
                    scenario.na_uitname
                    and scenario.toerekening <> 'budget'
                    and grondslag.gemeente_basis
                    = case scenario.historisch when 'herkomst' then 'herkomst' else 'verblijf' end
            end

    union all

    select
        scenario.scenario,
        scenario.jaar,
        totaal.groep,
        scenario.demping_per_inwoner,
        null as rij,
        'mart_verdeelmodel_regio' as op_mart,
        concat_ws(
            '|', totaal.regio, totaal.jaar, totaal.basis, totaal.financieringsbron, totaal.groep
        ) as op_sleutel
    from scenarios as scenario
    inner join totalen as totaal
        on
            scenario.regio = totaal.regio
            and scenario.basis = totaal.basis
            and scenario.basisjaar = totaal.jaar
            and totaal.financieringsbron is distinct from scenario.zonder_financieringsbron
            and case
                when totaal.groep = 'alle' then scenario.historisch <> 'centrumgemeente'
                else scenario.na_uitname and scenario.toerekening <> 'budget'
            end
),

overleving as (
    select
        scenario.scenario,
        scenario.jaar,
        'mart_verdeelmodel_overleving' as op_mart,
        concat_ws(
            '|', rij.regio, rij.basis, rij.cohort_peildatum, rij.jaren, rij.jaren + 1
        ) as op_sleutel
    from scenarios as scenario
    inner join langste
        on
            scenario.regio = langste.regio
            and scenario.basis = langste.basis
            and scenario.cohort_peildatum = langste.cohort_peildatum
            and scenario.alfa_bron in ('waargenomen', 'voortgezet')
            and scenario.jaar > scenario.startjaar
    inner join {{ ref('int_verdeelmodel__overleving') }} as rij
        on
            langste.regio = rij.regio
            and langste.basis = rij.basis
            and langste.cohort_peildatum = rij.cohort_peildatum
            and rij.jaren in (0, least(scenario.jaar - scenario.startjaar, langste.jaren))
),

kosten as (
    select
        scenario.scenario,
        scenario.jaar,
        case
            when scenario.pseudo_codes <> 'naar_rato' then {{ verdeelrij('kosten.gemeente_code', 'scenario') }}
        end as rij,
        'mart_verdeelmodel_kosten' as op_mart,
        concat_ws(
            '|', kosten.regio, kosten.jaar, kosten.basis, kosten.gemeente_code, kosten.product_code,
            kosten.financieringsbron, kosten.groep
        ) as op_sleutel
    from scenarios as scenario
    inner join {{ ref('int_verdeelmodel__kosten') }} as kosten
        on
            scenario.regio = kosten.regio
            and scenario.basis = kosten.basis
            and scenario.basisjaar = kosten.jaar
            and kosten.financieringsbron is distinct from scenario.zonder_financieringsbron
            and (kosten.groep = 'alle' or scenario.na_uitname)
),

steun as (
    select
        cellen.scenario,
        cellen.jaar,
        cellen.rij,
        cellen.op_mart,
        cellen.op_sleutel,
        maat.maat
    from cellen
    inner join (
        values ('aandeel_historisch'), ('aandeel'), ('bedrag'), ('verschil_historisch'), ('verschil_eigen_kosten')
    ) as maat (maat)
        on cellen.groep = 'alle' or maat.maat not in ('aandeel_historisch', 'aandeel')

    union all

    -- damping is as strong as the gemeente that would change most: every share of the history bears on everyone
    select
        cellen.scenario,
        cellen.jaar,
        null as rij,
        cellen.op_mart,
        cellen.op_sleutel,
        maat.maat
    from cellen
    cross join (
        values ('alfa'), ('aandeel'), ('bedrag'), ('verschil_historisch'), ('verschil_eigen_kosten')
    ) as maat (maat)
    where cellen.demping_per_inwoner is not null

    union all

    select
        overleving.scenario,
        overleving.jaar,
        null as rij,
        overleving.op_mart,
        overleving.op_sleutel,
        maat.maat
    from overleving
    cross join (
        values ('alfa'), ('aandeel'), ('bedrag'), ('verschil_historisch'), ('verschil_eigen_kosten')
    ) as maat (maat)

    union all

    select
        scenario,
        jaar,
        rij,
        op_mart,
        op_sleutel,
        'verschil_eigen_kosten' as maat
    from kosten
)

select distinct
    verdeling.scenario,
    verdeling.jaar,
    verdeling.gemeente_code,
    steun.maat,
    steun.op_mart,
    steun.op_sleutel
from {{ ref('int_verdeelmodel__verdeling') }} as verdeling
inner join steun
    on
        verdeling.scenario = steun.scenario
        and verdeling.jaar = steun.jaar
        and verdeling.gemeente_code = coalesce(steun.rij, verdeling.gemeente_code)
