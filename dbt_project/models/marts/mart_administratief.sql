select
    wissel.regio,
    gemeente.gemeente_basis,
    gemeente.gemeente_code,
    wissel.maand,
    wissel.domein,
    wissel.perimeter,
    wissel.basis,
    wissel.van_product,
    wissel.naar_product,
    wissel.oorzaak,
    count(*)::integer as aantal,
    actualiteit.bijgewerkt_tot
from {{ ref('int_doorstroom') }} as wissel
{{ beide_gemeente_bases('wissel.herkomst', 'wissel.verblijf') }}
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        wissel.regio = actualiteit.regio
        and wissel.domein = actualiteit.domein
        and wissel.basis = actualiteit.basis
where wissel.oorzaak is not null
group by
    wissel.regio, gemeente.gemeente_basis, gemeente.gemeente_code, wissel.maand, wissel.domein, wissel.perimeter,
    wissel.basis, wissel.van_product, wissel.naar_product, wissel.oorzaak, actualiteit.bijgewerkt_tot
