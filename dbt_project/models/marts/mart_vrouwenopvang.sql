-- Vrouwenopvang per year by kind of help (D.12): women, children and families each as a unit of its own, the share
-- of the women that comes from the regio, and how long they stayed. One row per regio, year and kind: the opvang
-- itself, ambulant help and Aware. Men are those who came as partner or on their own; `uit_regio` counts women
-- whose herkomst is a gemeente of the regio. The mean is over the women with days in the year, of the days in that
-- year (S-186).
with actualiteit as (
    select
        regio,
        min(bijgewerkt_tot) as bijgewerkt_tot
    from {{ ref('int_actualiteit') }}
    where domein in ('MO', 'VO')
    group by regio
),

cellen as (
    select
        regio,
        jaar,
        opvangsoort,
        count(distinct persoon_sk) filter (where rol = 'vrouw')::integer as vrouwen,
        count(distinct persoon_sk) filter (where rol = 'kind')::integer as kinderen,
        count(distinct persoon_sk) filter (where rol not in ('vrouw', 'kind'))::integer as anderen,
        count(distinct gezin_id)::integer as gezinnen,
        count(distinct persoon_sk) filter (
            where
            rol = 'vrouw'
            and not {{ is_pseudo('herkomst') }}
        )::integer as vrouwen_uit_regio,
        coalesce(sum(meldingen), 0)::integer as meldingen,
        coalesce(sum(nachten) filter (where rol = 'vrouw'), 0)::integer as nachten_vrouwen,
        (avg(dagen) filter (where rol = 'vrouw' and dagen > 0) / 7)::numeric(20, 10) as weken_gemiddeld
    from {{ ref('int_opvang__persoonjaar') }}
    where opvangsoort in ('vrouwenopvang', 'ambulant', 'aware')
    group by 1, 2, 3
)

select
    cellen.*,
    (100.0 * cellen.vrouwen_uit_regio / nullif(cellen.vrouwen, 0))::numeric(5, 2) as uit_regio_percentage,
    actualiteit.bijgewerkt_tot
from cellen
left join actualiteit
    on cellen.regio = actualiteit.regio
