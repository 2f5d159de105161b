-- Changes in administration that move nobody (settled detail 9, Q-13, Q-15, Q-17). A productlijst or aanbiederfusie
-- counts on both gemeente bases like a doorstroom; a herindeling only on the basis whose code was replaced, with
-- one product on both sides.
with wissels as (
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
        wissel.oorzaak
    from {{ ref('int_doorstroom') }} as wissel
    {{ beide_gemeente_bases('wissel.herkomst', 'wissel.verblijf') }}
    where wissel.oorzaak is not null

    union all

    select
        regio,
        gemeente_basis,
        gemeente_code,
        maand,
        domein,
        perimeter,
        basis,
        product_code as van_product,
        product_code as naar_product,
        'herindeling' as oorzaak
    from {{ ref('int_herindeling') }}
)

select
    wissel.regio,
    wissel.gemeente_basis,
    wissel.gemeente_code,
    wissel.maand,
    wissel.domein,
    wissel.perimeter,
    wissel.basis,
    wissel.van_product,
    wissel.naar_product,
    wissel.oorzaak,
    count(*)::integer as aantal,
    actualiteit.bijgewerkt_tot
from wissels as wissel
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        wissel.regio = actualiteit.regio
        and wissel.domein = actualiteit.domein
        and wissel.basis = actualiteit.basis
group by
    wissel.regio, wissel.gemeente_basis, wissel.gemeente_code, wissel.maand, wissel.domein, wissel.perimeter,
    wissel.basis, wissel.van_product, wissel.naar_product, wissel.oorzaak, actualiteit.bijgewerkt_tot
