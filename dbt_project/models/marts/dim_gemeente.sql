-- Every gemeente that ever existed with validity and successor, and the pseudo-codes that marts use.
select
    'GM' || gemeente.gemeente_code as gemeente_code,
    gemeente.naam,
    gemeente.datum_ingang as geldig_van,
    gemeente.datum_einde - 1 as geldig_tot,
    'GM' || gemeente.opvolger_code as opvolger_code,
    indeling.gemeente_code_2021,
    indeling.regio,
    false as is_pseudo
from {{ ref('gemeente') }} as gemeente
inner join {{ ref('int_gemeente__indeling') }} as indeling
    on gemeente.gemeente_code = indeling.gemeente_code

union all

select
    pseudo.code as gemeente_code,
    pseudo.naam,
    null as geldig_van,
    null as geldig_tot,
    null as opvolger_code,
    pseudo.code as gemeente_code_2021,
    null as regio,
    true as is_pseudo
from (
    values
    ('BUITEN_REGIO', 'Buiten de regio'),
    ('NIET_INGESCHREVEN', 'Niet ingeschreven of buitenland'),
    ('ONBEKEND', 'Onbekend')
) as pseudo (code, naam)
