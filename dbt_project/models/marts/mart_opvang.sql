-- People in opvang per year (D.12), by kind, length of stay, role and origin; MO with both of its origin measures,
-- inschrijving at aanmelding and historical herkomst. Veldwerk, ambulant and Aware count as meldingen.
-- `weken_gemiddeld` is over the people with days in the year, and never added up over rows.
select
    regio,
    jaar,
    opvangsoort,
    verblijfsklasse,
    rol,
    inschrijving,
    herkomst,
    count(*)::integer as personen,
    count(distinct gezin_id)::integer as gezinnen,
    sum(meldingen)::integer as meldingen,
    sum(nachten)::integer as nachten,
    (avg(dagen) filter (where dagen > 0) / 7)::numeric(20, 10) as weken_gemiddeld,
    actualiteit.bijgewerkt_tot
from {{ ref('int_opvang__persoonjaar') }}
left join (
    select
        actueel.regio,
        min(actueel.bijgewerkt_tot) as bijgewerkt_tot
    from {{ ref('int_actualiteit') }} as actueel
    where actueel.domein in ('MO', 'VO')
    group by actueel.regio
) as actualiteit
    using (regio)
group by
    regio, jaar, opvangsoort, verblijfsklasse, rol, inschrijving, herkomst, actualiteit.bijgewerkt_tot
