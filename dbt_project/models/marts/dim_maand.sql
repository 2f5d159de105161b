-- Every complete month that a mart speaks of, from the first with a placement, an aanvraag, someone waiting or a
-- signal. Q-32: a period is voorlopig until its end + 183 days, then definitief.
with maanden as (
    {{ volledige_maanden(['int_plaatsing', 'int_aanvraag', 'int_wachtperiode', 'int_signaal.datum']) }}
)

select
    maand.maand,
    maand.volgende_maand,
    maand.volgende_maand - maand.maand as dagen_in_maand,
    extract(year from maand.maand)::integer as jaar,
    make_date(extract(year from maand.maand)::integer + 1, 1, 1)
    - make_date(extract(year from maand.maand)::integer, 1, 1) as dagen_in_jaar,
    maand.volgende_maand + {{ var('definitief_na_dagen') }} as definitief_op,
    case
        when nacht.datum >= maand.volgende_maand + {{ var('definitief_na_dagen') }} then 'definitief'
        else 'voorlopig'
    end as status
from maanden as maand
cross join {{ ref('stg_levering__nacht') }} as nacht
