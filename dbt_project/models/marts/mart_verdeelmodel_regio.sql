-- The same for the whole regio: clients of a year are counted for the regio, never added up over gemeenten.
with basisjaren as (
    select distinct
        regio,
        basis,
        basisjaar as jaar
    from {{ ref('int_verdeelmodel__scenario') }}
),

groepen as (
    select
        clientdagen.regio,
        clientdagen.jaar,
        clientdagen.basis,
        clientdagen.financieringsbron,
        groep.groep,
        count(distinct clientdagen.persoon_sk)::integer as personen,
        sum(clientdagen.dagen)::integer as clientdagen
    from {{ ref('int_verdeelmodel__clientdagen') }} as clientdagen
    inner join (values ('alle'), ('wlz_proxy')) as groep (groep)
        on groep.groep = 'alle' or clientdagen.wlz_proxy
    group by 1, 2, 3, 4, 5
),

overgaand as (
    select
        regio,
        jaar,
        basis,
        financieringsbron,
        'wlz_proxy' as groep,
        count(*)::integer as clienten
    from {{ ref('int_verdeelmodel__wlz') }}
    group by 1, 2, 3, 4, 5
),

actualiteit as (
    select
        regio,
        basis,
        bijgewerkt_tot
    from {{ ref('int_actualiteit') }}
    where domein = 'BW'
)

select
    regio,
    jaar,
    basis,
    financieringsbron,
    groep,
    case groep when 'alle' then groepen.personen else coalesce(overgaand.clienten, 0) end as clienten,
    coalesce(groepen.clientdagen, 0) as clientdagen,
    actualiteit.bijgewerkt_tot
from groepen
full join overgaand
    using (regio, jaar, basis, financieringsbron, groep)
inner join basisjaren
    using (regio, jaar, basis)
left join actualiteit
    using (regio, basis)
