-- The financial start of the verdeelmodel (S-328): what the clients of each gemeente of herkomst cost in a year, per
-- product, at illustrative tariffs. Of the base years of the scenarios only.
with basisjaren as (
    select distinct
        regio,
        basis,
        basisjaar as jaar
    from {{ ref('int_verdeelmodel__scenario') }}
)

select
    kosten.regio,
    kosten.jaar,
    kosten.basis,
    kosten.gemeente_code,
    kosten.product_code,
    kosten.financieringsbron,
    kosten.groep,
    kosten.clienten,
    kosten.clientdagen,
    (kosten.clientdagen * tarief.bedrag_per_dag)::numeric(15, 2) as kosten,
    tarief.bedrag_per_dag::numeric(10, 2) as tarief_per_dag,
    tarief.status as tarief_status,
    actualiteit.bijgewerkt_tot
from {{ ref('int_verdeelmodel__kosten') }} as kosten
inner join basisjaren
    on
        kosten.regio = basisjaren.regio
        and kosten.basis = basisjaren.basis
        and kosten.jaar = basisjaren.jaar
left join {{ ref('int_verdeelmodel__tarief') }} as tarief
    on
        kosten.product_code = tarief.product_code
        and kosten.jaar = tarief.jaar
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        kosten.regio = actualiteit.regio
        and kosten.basis = actualiteit.basis
        and actualiteit.domein = 'BW'
