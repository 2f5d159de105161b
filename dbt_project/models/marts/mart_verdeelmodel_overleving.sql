-- How a stock of clients leaves over the years (D.9): what the cohort ingroei rests on.
select
    overleving.regio,
    overleving.basis,
    overleving.cohort_peildatum,
    overleving.jaren,
    overleving.jaren + 1 as jaren_volgende,
    overleving.personen_vorig::integer as personen_vorig,
    (overleving.personen_vorig - overleving.personen)::integer as vertrokken,
    overleving.personen,
    actualiteit.bijgewerkt_tot
from {{ ref('int_verdeelmodel__overleving') }} as overleving
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        overleving.regio = actualiteit.regio
        and overleving.basis = actualiteit.basis
        and actualiteit.domein = 'BW'
