-- What the clients of each gemeente of herkomst cost in a year: client-days times the tariff in force on 1 January,
-- per product. Tariffs are reference data, illustratief; without one the costs are unknown (NULL). `wlz_proxy` are
-- the days of who may go over to the Wlz, part of `alle`.
select
    clientdagen.regio,
    clientdagen.jaar,
    clientdagen.basis,
    clientdagen.herkomst as gemeente_code,
    clientdagen.product_code,
    clientdagen.financieringsbron,
    groep.groep,
    sum(clientdagen.dagen)::integer as clientdagen,
    count(distinct clientdagen.persoon_sk)::integer as clienten
from {{ ref('int_verdeelmodel__clientdagen') }} as clientdagen
inner join (values ('alle'), ('wlz_proxy')) as groep (groep)
    on groep.groep = 'alle' or clientdagen.wlz_proxy
group by 1, 2, 3, 4, 5, 6, 7
