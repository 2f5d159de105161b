-- Q-32: a period is voorlopig until its end + 183 days, then definitief.
select
    maand.maand,
    maand.volgende_maand,
    maand.dagen_in_maand,
    maand.jaar,
    maand.dagen_in_jaar,
    maand.volgende_maand + {{ var('definitief_na_dagen') }} as definitief_op,
    case
        when nacht.datum >= maand.volgende_maand + {{ var('definitief_na_dagen') }} then 'definitief'
        else 'voorlopig'
    end as status
from {{ ref('int_maand') }} as maand
cross join {{ ref('stg_levering__nacht') }} as nacht
