-- The region as a whole, a year at a time: stand, in- and uitstroom, and the clients of the year, computed for the
-- year. Of a year that is not over up to the last complete month.
with maanden as (
    select
        maand,
        jaar,
        maand = min(maand) over (partition by jaar) as eerste,
        maand = max(maand) over (partition by jaar) as laatste
    from {{ ref('int_maand') }}
),

stromen as (
    select
        balans.regio,
        maand.jaar,
        balans.domein,
        balans.perimeter,
        balans.basis,
        (sum(balans.stand_begin) filter (where maand.eerste))::integer as stand_begin,
        sum(balans.instroom)::integer as instroom,
        sum(balans.uitstroom)::integer as uitstroom,
        (sum(balans.stand_eind) filter (where maand.laatste))::integer as stand_eind,
        max(maand.maand) as tot_en_met
    from {{ ref('mart_stroombalans') }} as balans
    inner join maanden as maand
        on balans.maand = maand.maand
    where balans.gemeente_basis = 'herkomst'
    group by 1, 2, 3, 4, 5
),

clienten as (
    select
        regio,
        jaar,
        domein,
        perimeter,
        basis,
        count(distinct persoon_sk)::integer as unieke_clienten
    from {{ ref('int_clientdagen') }}
    group by 1, 2, 3, 4, 5
)

select
    stromen.regio,
    stromen.jaar,
    stromen.domein,
    stromen.perimeter,
    stromen.basis,
    stromen.stand_begin,
    stromen.instroom,
    stromen.uitstroom,
    stromen.stand_eind,
    coalesce(clienten.unieke_clienten, 0) as unieke_clienten,
    stromen.tot_en_met,
    actualiteit.bijgewerkt_tot
from stromen
left join clienten
    on
        stromen.regio = clienten.regio
        and stromen.jaar = clienten.jaar
        and stromen.domein = clienten.domein
        and stromen.perimeter = clienten.perimeter
        and stromen.basis = clienten.basis
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        stromen.regio = actualiteit.regio
        and stromen.domein = actualiteit.domein
        and stromen.basis = actualiteit.basis
