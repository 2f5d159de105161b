-- Who came back after leaving (D.14): each exit is an event of its own (Q-30). How an exit, a return and the variants
-- are read stands in int_herinstroom. A cohort that is not yet followed completely has its returns so far, and a
-- percentage that is empty, not 0 (right-censoring).
select
    herinstroom.regio,
    gemeente.gemeente_basis,
    gemeente.gemeente_code,
    herinstroom.maand as cohortmaand,
    herinstroom.domein,
    herinstroom.perimeter,
    herinstroom.basis,
    herinstroom.bestemmingsgroep,
    herinstroom.venster,
    herinstroom.variant,
    count(*)::integer as n_uitgestroomd,
    (count(*) filter (where herinstroom.is_terug))::integer as n_terug,
    case
        when bool_and(herinstroom.is_volledig)
            then 100.0 * count(*) filter (where herinstroom.is_terug) / count(*)
    end as percentage,
    actualiteit.bijgewerkt_tot
from {{ ref('int_herinstroom') }} as herinstroom
{{ beide_gemeente_bases('herinstroom.herkomst', 'herinstroom.verblijf') }}
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        herinstroom.regio = actualiteit.regio
        and herinstroom.domein = actualiteit.domein
        and herinstroom.basis = actualiteit.basis
group by
    herinstroom.regio, gemeente.gemeente_basis, gemeente.gemeente_code, herinstroom.maand, herinstroom.domein,
    herinstroom.perimeter, herinstroom.basis, herinstroom.bestemmingsgroep, herinstroom.venster, herinstroom.variant,
    actualiteit.bijgewerkt_tot
