-- What the shares of gemeenten rest on: client-days and clients of BW per year, by herkomst and by verblijf, of
-- everyone and of who may go over to the Wlz (who counts as a client where they stood at the end of the year).
with dagen as (
    select
        clientdagen.regio,
        clientdagen.jaar,
        clientdagen.basis,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        clientdagen.financieringsbron,
        groep.groep,
        sum(clientdagen.dagen)::integer as clientdagen,
        count(distinct clientdagen.persoon_sk)::integer as personen
    from {{ ref('int_verdeelmodel__clientdagen') }} as clientdagen
    {{ beide_gemeente_bases('clientdagen.herkomst', 'clientdagen.verblijf') }}
    inner join (values ('alle'), ('wlz_proxy')) as groep (groep)
        on groep.groep = 'alle' or clientdagen.wlz_proxy
    group by 1, 2, 3, 4, 5, 6, 7
),

overgaand as (
    select
        wlz.regio,
        wlz.jaar,
        wlz.basis,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        wlz.financieringsbron,
        'wlz_proxy' as groep,
        count(*)::integer as clienten
    from {{ ref('int_verdeelmodel__wlz') }} as wlz
    {{ beide_gemeente_bases('wlz.herkomst', 'wlz.verblijf') }}
    group by 1, 2, 3, 4, 5, 6, 7
)

select
    regio,
    jaar,
    basis,
    gemeente_basis,
    gemeente_code,
    financieringsbron,
    groep,
    coalesce(dagen.clientdagen, 0) as clientdagen,
    case groep when 'alle' then dagen.personen else coalesce(overgaand.clienten, 0) end as clienten,
    coalesce(dagen.personen, 0) as personen
from dagen
full join overgaand
    using (regio, jaar, basis, gemeente_basis, gemeente_code, financieringsbron, groep)
