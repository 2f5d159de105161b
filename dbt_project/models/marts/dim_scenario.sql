-- The scenarios of the verdeelmodel with the choices they are made of. Adding one is adding rows to the seeds.
select
    scenario,
    regio,
    omschrijving,
    historisch,
    basis,
    basisjaar,
    pseudo_codes,
    zonder_financieringsbron,
    maatstafjaar,
    budget,
    eerste_jaar,
    laatste_jaar,
    ingroei,
    startjaar,
    ingroei_jaren,
    overleving,
    cohort_peildatum,
    wlz_uitname,
    wlz_toerekening,
    demping_per_inwoner
from {{ ref('verdeelmodel_scenario') }}
