-- The gemeenten of a region, a year at a time: who comes from there and who stays there (D.11) at the end of the year,
-- and who came in. Of a year that is not over up to the last complete month.
with maanden as (
    select
        maand,
        jaar,
        maand = max(maand) over (partition by jaar) as laatste
    from {{ ref('int_maand') }}
),

cellen as (
    select
        balans.regio,
        balans.gemeente_basis,
        balans.gemeente_code,
        maand.jaar,
        balans.domein,
        balans.perimeter,
        balans.basis,
        sum(balans.instroom)::integer as instroom,
        (sum(balans.stand_eind) filter (where maand.laatste))::integer as stand_eind,
        max(maand.maand) as tot_en_met
    from {{ ref('mart_stroombalans') }} as balans
    inner join maanden as maand
        on balans.maand = maand.maand
    group by 1, 2, 3, 4, 5, 6, 7
)

select
    cel.*,
    actualiteit.bijgewerkt_tot
from cellen as cel
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        cel.regio = actualiteit.regio
        and cel.domein = actualiteit.domein
        and cel.basis = actualiteit.basis
where cel.instroom > 0 or cel.stand_eind > 0
