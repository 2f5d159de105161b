-- One row per lease that began before the end of the last complete month, with the place of the dwelling and the
-- time from uitstroomgereed to home (D.6, T_woning = huuringang - uitstroomgereed).
-- Choices where the definitions are silent:
-- - regio is that of the dwelling's gemeente, of one outside both regions or unknown that of most of the
--   corporation's leases and agreements;
-- - uitstroomgereed is the latest uitstroomgereed_op of the same person (by BSN only, D.0: without BSN nobody is
--   joined across suppliers) on or before the ingangsdatum and after the person's lease before it; a lease of
--   somebody never reported ready has no waiting time;
-- - the norm is exceeded when the lease begins later than uitstroomgereed + the norm (seed norm, S-130).
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

with verhuringen as (
    select
        verhuring.*,
        indeling.gemeente_code_2021,
        coalesce(indeling.regio, corporatie.regio) as regio,
        {{ gemeente_in_regio('verhuring.gemeente', 'indeling', 'coalesce(indeling.regio, corporatie.regio)') }}
            as gemeente_code,
        lag(verhuring.ingangsdatum) over (
            partition by verhuring.persoon_sk
            order by verhuring.ingangsdatum, verhuring.leverancier, verhuring.contractnummer collate "C"
        ) as vorige_ingangsdatum
    from {{ ref('stg_corporaties__verhuringen') }} as verhuring
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on verhuring.gemeente = indeling.gemeente_code
    left join {{ ref('int_corporatie__regio') }} as corporatie
        on verhuring.leverancier = corporatie.corporatie
    where verhuring.ingangsdatum < nacht.afkap
),

norm as (
    select make_interval(months => waarde) as duur
    from {{ ref('norm') }}
    where norm = 'woningaanbod'
)

select
    verhuring.leverancier as corporatie,
    verhuring.contractnummer,
    verhuring.persoon_sk,
    verhuring.regio,
    verhuring.gemeente_code,
    verhuring.gemeente_code_2021,
    extract(year from verhuring.ingangsdatum)::integer as jaar,
    verhuring.contractsoort,
    verhuring.contingent,
    verhuring.ingangsdatum,
    case when verhuring.omklapdatum < nacht.afkap then verhuring.omklapdatum end as omklapdatum,
    gereed.uitstroomgereed_op,
    verhuring.ingangsdatum - gereed.uitstroomgereed_op as wachttijd_dagen,
    verhuring.ingangsdatum > (gereed.uitstroomgereed_op + norm.duur)::date as boven_norm
from verhuringen as verhuring
cross join {{ ref('stg_levering__nacht') }} as nacht
cross join norm
left join lateral (
    select max(verblijf.uitstroomgereed_op) as uitstroomgereed_op
    from {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
    where
        verblijf.persoon_sk = verhuring.persoon_sk
        and verblijf.uitstroomgereed_op <= verhuring.ingangsdatum
        and verblijf.uitstroomgereed_op > coalesce(verhuring.vorige_ingangsdatum, date '0001-01-01')
) as gereed on true
where verhuring.regio is not null
