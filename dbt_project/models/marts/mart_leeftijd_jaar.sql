-- Clients of a year by age in whole years, on their first client-day of the year (Q-22): whatever classes a reader
-- wants, such as twenties (20–29) or 50 and over.
with eerste_dagen as (
    select
        regio,
        jaar,
        domein,
        perimeter,
        basis,
        persoon_sk,
        min(eerste_dag) as eerste_dag
    from {{ ref('int_clientdagen') }}
    group by regio, jaar, domein, perimeter, basis, persoon_sk
)

select
    eerste_dagen.regio,
    eerste_dagen.jaar,
    eerste_dagen.domein,
    eerste_dagen.perimeter,
    eerste_dagen.basis,
    {{ leeftijd('persoon.geboortedatum', 'eerste_dagen.eerste_dag') }}::integer as leeftijd,
    count(*)::integer as unieke_clienten,
    actualiteit.bijgewerkt_tot
from eerste_dagen
left join {{ ref('int_persoon__geboortedatum') }} as persoon
    on eerste_dagen.persoon_sk = persoon.persoon_sk
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        eerste_dagen.regio = actualiteit.regio
        and eerste_dagen.domein = actualiteit.domein
        and eerste_dagen.basis = actualiteit.basis
group by 1, 2, 3, 4, 5, 6, actualiteit.bijgewerkt_tot
