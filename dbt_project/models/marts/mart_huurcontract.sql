-- Leases by kind: omklap and driepartijen beside the others (S-041, D.7), with the time from the contract to omklap,
-- and the time from uitstroomgereed to home with the half-year norm (S-130). A lease counts in the year it begins;
-- omgeklapt is up to the end of the last complete month.
with verhuringen as (
    select
        verhuring.*,
        verhuring.omklapdatum - verhuring.ingangsdatum as omklapduur
    from {{ ref('int_verhuring') }} as verhuring
)

select
    verhuring.regio,
    verhuring.gemeente_code,
    verhuring.jaar,
    verhuring.contractsoort,
    count(*)::integer as aantal,
    count(verhuring.omklapdatum)::integer as omgeklapt,
    percentile_cont(0.5) within group (order by verhuring.omklapduur)::numeric as omklapduur_p50,
    count(verhuring.wachttijd_dagen)::integer as n_wachttijd,
    percentile_cont(0.5) within group (order by verhuring.wachttijd_dagen)::numeric as wachttijd_woning_p50,
    count(*) filter (where verhuring.boven_norm)::integer as boven_norm,
    bijgewerkt.bijgewerkt_tot
from verhuringen as verhuring
left join {{ ref('int_corporatie__actualiteit') }} as bijgewerkt
    on verhuring.regio = bijgewerkt.regio
group by
    verhuring.regio, verhuring.gemeente_code, verhuring.jaar, verhuring.contractsoort, bijgewerkt.bijgewerkt_tot
