-- The waiting list of a region, a year at a time: all gemeenten and statuses together, so that a change of status is no
-- movement. Of a year that is not over up to the last complete month.
with maanden as (
    select
        wachtlijst.*,
        extract(year from wachtlijst.maand)::integer as jaar
    from {{ ref('mart_wachtlijst') }} as wachtlijst
),

grenzen as (
    select
        jaar,
        min(maand) as eerste,
        max(maand) as laatste
    from maanden
    group by jaar
)

select
    maanden.regio,
    maanden.jaar,
    coalesce(sum(maanden.wachtend_begin) filter (where maanden.maand = grenzen.eerste), 0)::integer as wachtend_begin,
    sum(maanden.instroom)::integer as instroom,
    sum(maanden.geplaatst)::integer as geplaatst,
    sum(maanden.uitgevallen)::integer as uitgevallen,
    coalesce(sum(maanden.wachtend_eind) filter (where maanden.maand = grenzen.laatste), 0)::integer as wachtend_eind,
    grenzen.laatste as tot_en_met,
    max(maanden.bijgewerkt_tot) as bijgewerkt_tot
from maanden
inner join grenzen
    on maanden.jaar = grenzen.jaar
group by maanden.regio, maanden.jaar, grenzen.laatste
