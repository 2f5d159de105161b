-- The waiting list of a region, a year at a time: all gemeenten and statuses together, so that a change of status is no
-- movement. Of a year that is not over up to the last complete month. In a month without a row nobody waited.
with maanden as (
    select
        wachtlijst.*,
        extract(year from wachtlijst.maand)::integer as jaar,
        extract(month from wachtlijst.maand) = 1 as is_eerste,
        least(
            (date_trunc('year', wachtlijst.maand) + interval '11 months')::date,
            (nacht.afkap - interval '1 month')::date
        ) as tot_en_met
    from {{ ref('mart_wachtlijst') }} as wachtlijst
    cross join {{ ref('stg_levering__nacht') }} as nacht
)

select
    regio,
    jaar,
    coalesce(sum(wachtend_begin) filter (where is_eerste), 0)::integer as wachtend_begin,
    sum(instroom)::integer as instroom,
    sum(geplaatst)::integer as geplaatst,
    sum(uitgevallen)::integer as uitgevallen,
    coalesce(sum(wachtend_eind) filter (where maand = tot_en_met), 0)::integer as wachtend_eind,
    tot_en_met,
    max(bijgewerkt_tot) as bijgewerkt_tot
from maanden
group by regio, jaar, tot_en_met
