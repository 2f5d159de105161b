-- The client-days and clients that the shares of the verdeelmodel rest on, per year and gemeente, by herkomst and
-- by verblijf, with the budget that pays for them (Q-35). Of the base years of the scenarios only: of other years
-- these figures stand in mart_bezetting_jaar.
with basisjaren as (
    select distinct
        regio,
        basis,
        basisjaar as jaar
    from {{ ref('int_verdeelmodel__scenario') }}
)

select
    grondslag.regio,
    grondslag.jaar,
    grondslag.basis,
    grondslag.gemeente_basis,
    grondslag.gemeente_code,
    grondslag.financieringsbron,
    grondslag.groep,
    grondslag.clienten,
    grondslag.clientdagen,
    actualiteit.bijgewerkt_tot
from {{ ref('int_verdeelmodel__grondslag') }} as grondslag
inner join basisjaren
    on
        grondslag.regio = basisjaren.regio
        and grondslag.basis = basisjaren.basis
        and grondslag.jaar = basisjaren.jaar
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        grondslag.regio = actualiteit.regio
        and grondslag.basis = actualiteit.basis
        and actualiteit.domein = 'BW'
