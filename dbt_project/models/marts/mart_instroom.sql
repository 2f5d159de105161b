select
    instroom.regio,
    gemeente.gemeente_basis,
    gemeente.gemeente_code,
    instroom.maand,
    instroom.domein,
    instroom.perimeter,
    instroom.basis,
    instroom.product_code,
    instroom.instroomtype,
    instroom.route,
    instroom.van_buiten_regio,
    count(*)::integer as aantal,
    actualiteit.bijgewerkt_tot
from {{ ref('int_instroom') }} as instroom
{{ beide_gemeente_bases('instroom.herkomst', 'instroom.verblijf') }}
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        instroom.regio = actualiteit.regio
        and instroom.domein = actualiteit.domein
        and instroom.basis = actualiteit.basis
group by
    instroom.regio, gemeente.gemeente_basis, gemeente.gemeente_code, instroom.maand, instroom.domein,
    instroom.perimeter, instroom.basis, instroom.product_code, instroom.instroomtype, instroom.route,
    instroom.van_buiten_regio, actualiteit.bijgewerkt_tot
