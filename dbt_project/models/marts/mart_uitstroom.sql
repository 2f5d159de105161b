select
    uitstroom.regio,
    gemeente.gemeente_basis,
    gemeente.gemeente_code,
    uitstroom.maand,
    uitstroom.domein,
    uitstroom.perimeter,
    uitstroom.basis,
    uitstroom.product_code,
    uitstroom.bestemming,
    bestemming.bestemmingsgroep,
    count(*)::integer as aantal,
    actualiteit.bijgewerkt_tot
from {{ ref('int_uitstroom') }} as uitstroom
{{ beide_gemeente_bases('uitstroom.herkomst', 'uitstroom.verblijf') }}
inner join {{ ref('bestemming') }} as bestemming
    on uitstroom.bestemming = bestemming.bestemming
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        uitstroom.regio = actualiteit.regio
        and uitstroom.domein = actualiteit.domein
        and uitstroom.basis = actualiteit.basis
group by
    uitstroom.regio, gemeente.gemeente_basis, gemeente.gemeente_code, uitstroom.maand, uitstroom.domein,
    uitstroom.perimeter, uitstroom.basis, uitstroom.product_code, uitstroom.bestemming,
    bestemming.bestemmingsgroep, actualiteit.bijgewerkt_tot
