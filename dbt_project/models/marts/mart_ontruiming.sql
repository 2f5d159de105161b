-- Evictions reported by corporations, by gemeente of the dwelling, year and reason, and whether the person (by BSN)
-- was in care (BW, MO or VO, levering) at any time up to a year before or after; without BSN onbekend.
with ontruimingen as (
    select
        ontruiming.leverancier,
        ontruiming.persoon_sk,
        ontruiming.datum,
        coalesce(ontruiming.reden, 'onbekend') as reden,
        coalesce(indeling.regio, corporatie.regio) as regio,
        {{ gemeente_in_regio('ontruiming.gemeente', 'indeling', 'coalesce(indeling.regio, corporatie.regio)') }}
            as gemeente_code
    from {{ ref('stg_corporaties__ontruimingen') }} as ontruiming
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on ontruiming.gemeente = indeling.gemeente_code
    left join {{ ref('int_corporatie__regio') }} as corporatie
        on ontruiming.leverancier = corporatie.corporatie
    where ontruiming.datum < nacht.afkap
)

select
    ontruiming.regio,
    ontruiming.gemeente_code,
    extract(year from ontruiming.datum)::integer as jaar,
    ontruiming.reden,
    case
        when ontruiming.persoon_sk is null then 'onbekend'
        when exists (
            select 1
            from {{ ref('int_episode') }} as episode
            where
                episode.persoon_sk = ontruiming.persoon_sk
                and episode.basis = 'levering'
                and episode.s <= (ontruiming.datum + interval '1 year')::date
                and episode.e > (ontruiming.datum - interval '1 year')::date
        ) then 'ja'
        else 'nee'
    end as in_zorg,
    count(*)::integer as aantal,
    bijgewerkt.bijgewerkt_tot
from ontruimingen as ontruiming
left join {{ ref('int_corporatie__actualiteit') }} as bijgewerkt
    on ontruiming.regio = bijgewerkt.regio
where ontruiming.regio is not null
group by 1, 2, 3, 4, 5, bijgewerkt.bijgewerkt_tot
