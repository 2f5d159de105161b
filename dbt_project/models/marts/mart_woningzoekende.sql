-- Registration as woningzoekende after instroom (D.6 T_inschrijving, S-346): episodes of BW (levering, perimeter A) by
-- the year they began and herkomst, once the norm could be judged: start + the norm (seed norm, one month) lies
-- before the end of the last complete month. The registration is the first of that person (by BSN) that had not
-- ended before the start, wherever it is; one from before the start is in time.
with norm as (
    select make_interval(months => waarde) as duur
    from {{ ref('norm') }}
    where norm = 'inschrijving'
),

instroom as (
    select
        instroom.*,
        extract(year from instroom.datum)::integer as jaar,
        (instroom.datum + norm.duur)::date as uiterlijk,
        nacht.afkap
    from {{ ref('int_instroom') }} as instroom
    cross join norm
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where
        instroom.basis = 'levering'
        and instroom.domein = 'BW'
        and instroom.perimeter = 'A'
        and (instroom.datum + norm.duur)::date < nacht.afkap
),

ingeschreven as (
    select
        instroom.regio,
        instroom.herkomst,
        instroom.jaar,
        instroom.uiterlijk,
        inschrijving.inschrijfdatum,
        greatest(inschrijving.inschrijfdatum - instroom.datum, 0) as dagen
    from instroom
    left join lateral (
        select min(rij.inschrijfdatum) as inschrijfdatum
        from {{ ref('stg_corporaties__inschrijvingen') }} as rij
        where
            rij.persoon_sk = instroom.persoon_sk
            and rij.inschrijfdatum < instroom.afkap
            and (rij.uitschrijfdatum is null or rij.uitschrijfdatum >= instroom.datum)
    ) as inschrijving on true
)

select
    ingeschreven.regio,
    ingeschreven.herkomst as gemeente_code,
    ingeschreven.jaar,
    count(*)::integer as instroom,
    count(*) filter (where ingeschreven.inschrijfdatum <= ingeschreven.uiterlijk)::integer as binnen_norm,
    count(*) filter (where ingeschreven.inschrijfdatum > ingeschreven.uiterlijk)::integer as later,
    count(*) filter (where ingeschreven.inschrijfdatum is null)::integer as niet,
    percentile_cont(0.5) within group (
        order by case when ingeschreven.inschrijfdatum is not null then ingeschreven.dagen end
    )::numeric as dagen_p50,
    least(actualiteit.bijgewerkt_tot, bijgewerkt.bijgewerkt_tot) as bijgewerkt_tot
from ingeschreven
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        ingeschreven.regio = actualiteit.regio
        and actualiteit.domein = 'BW'
        and actualiteit.basis = 'levering'
left join {{ ref('int_corporatie__actualiteit') }} as bijgewerkt
    on ingeschreven.regio = bijgewerkt.regio
group by 1, 2, 3, actualiteit.bijgewerkt_tot, bijgewerkt.bijgewerkt_tot
