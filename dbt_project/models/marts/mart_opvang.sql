-- People in opvang per year (D.12), by kind, length of stay, role and origin; MO with both of its origin measures,
-- inschrijving at aanmelding and historical herkomst. Veldwerk, ambulant and Aware count as meldingen.
-- `weken_gemiddeld` is over the people with days in the year, and never added up over rows.
with actualiteit as (
    select
        regio,
        min(bijgewerkt_tot) as bijgewerkt_tot
    from {{ ref('int_actualiteit') }}
    where domein in ('MO', 'VO')
    group by regio
)

select
    persoonjaar.regio,
    persoonjaar.jaar,
    persoonjaar.opvangsoort,
    persoonjaar.verblijfsklasse,
    persoonjaar.rol,
    persoonjaar.inschrijving,
    persoonjaar.herkomst,
    count(*)::integer as personen,
    count(distinct persoonjaar.gezin_id)::integer as gezinnen,
    sum(persoonjaar.meldingen)::integer as meldingen,
    sum(persoonjaar.nachten)::integer as nachten,
    (avg(persoonjaar.dagen) filter (where persoonjaar.dagen > 0) / 7)::numeric(20, 10) as weken_gemiddeld,
    actualiteit.bijgewerkt_tot
from {{ ref('int_opvang__persoonjaar') }} as persoonjaar
left join actualiteit
    on persoonjaar.regio = actualiteit.regio
group by
    persoonjaar.regio, persoonjaar.jaar, persoonjaar.opvangsoort, persoonjaar.verblijfsklasse, persoonjaar.rol,
    persoonjaar.inschrijving, persoonjaar.herkomst, actualiteit.bijgewerkt_tot
