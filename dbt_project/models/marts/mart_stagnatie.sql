-- Potential, stagnation and waiting for a home at the end of each month (D.10), under both gemeente bases. What each
-- kenmerk means stands in int_woonopgave__stand.
select
    stand.regio,
    gemeente.gemeente_basis,
    gemeente.gemeente_code,
    stand.maand,
    stand.domein,
    stand.kenmerk,
    stand.norm,
    count(*)::integer as aantal,
    actualiteit.bijgewerkt_tot
from {{ ref('int_woonopgave__stand') }} as stand
{{ beide_gemeente_bases('stand.herkomst', 'stand.verblijf') }}
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        stand.regio = actualiteit.regio
        and stand.domein = actualiteit.domein
        and actualiteit.basis = 'levering'
group by
    stand.regio, gemeente.gemeente_basis, gemeente.gemeente_code, stand.maand, stand.domein, stand.kenmerk,
    stand.norm, actualiteit.bijgewerkt_tot
