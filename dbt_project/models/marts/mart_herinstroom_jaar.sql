-- Who came back, counted by person (Q-30, "first exit in P" with P a year): of the index exits of int_herinstroom only
-- the first of each person, regio, domein, basis and perimeter in a year. An exit that is no index event (overleden,
-- Wlz, elsewhere) is not the first either. The cohort is the year: its percentage is empty until the year and the
-- venster after it are over (right-censoring).
with genummerd as (
    select
        herinstroom.*,
        date_part('year', herinstroom.datum)::integer as cohortjaar,
        row_number() over (
            partition by
                herinstroom.persoon_sk, herinstroom.regio, herinstroom.domein, herinstroom.basis,
                herinstroom.perimeter, herinstroom.venster, herinstroom.variant,
                date_part('year', herinstroom.datum)
            order by herinstroom.datum
        ) as vertrek_nr
    from {{ ref('int_herinstroom') }} as herinstroom
)

select
    vertrek.regio,
    gemeente.gemeente_basis,
    gemeente.gemeente_code,
    vertrek.cohortjaar,
    vertrek.domein,
    vertrek.perimeter,
    vertrek.basis,
    vertrek.bestemmingsgroep,
    vertrek.venster,
    vertrek.variant,
    count(*)::integer as n_uitgestroomd,
    (count(*) filter (where vertrek.is_terug))::integer as n_terug,
    case
        when
            (make_date(vertrek.cohortjaar + 1, 1, 1) + make_interval(months => vertrek.venster))::date <= nacht.afkap
            then 100.0 * count(*) filter (where vertrek.is_terug) / count(*)
    end as percentage,
    actualiteit.bijgewerkt_tot
from genummerd as vertrek
{{ beide_gemeente_bases('vertrek.herkomst', 'vertrek.verblijf') }}
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        vertrek.regio = actualiteit.regio
        and vertrek.domein = actualiteit.domein
        and vertrek.basis = actualiteit.basis
where vertrek.vertrek_nr = 1
group by
    vertrek.regio, gemeente.gemeente_basis, gemeente.gemeente_code, vertrek.cohortjaar, vertrek.domein,
    vertrek.perimeter, vertrek.basis, vertrek.bestemmingsgroep, vertrek.venster, vertrek.variant, nacht.afkap,
    actualiteit.bijgewerkt_tot
