-- D.14: every venster and variant follows the same people, those of mart_uitstroom without the bestemmingen left out; a
-- longer venster and the wider variant count at least as many returns.
with uitstroom as (
    select
        regio,
        gemeente_basis,
        gemeente_code,
        maand as cohortmaand,
        domein,
        perimeter,
        basis,
        bestemmingsgroep,
        sum(aantal) as aantal
    from {{ ref('mart_uitstroom') }}
    where bestemming not in ('U40', 'U10', 'U11', 'U20', 'U21', 'U22')
    group by 1, 2, 3, 4, 5, 6, 7, 8
),

herinstroom as (
    select
        regio,
        gemeente_basis,
        gemeente_code,
        cohortmaand,
        domein,
        perimeter,
        basis,
        bestemmingsgroep,
        count(*) as rijen,
        min(n_uitgestroomd) as minste,
        max(n_uitgestroomd) as meeste,
        sum(n_terug) filter (where venster = 6) as terug_6,
        sum(n_terug) filter (where venster = 12) as terug_12,
        sum(n_terug) filter (where venster = 24) as terug_24,
        sum(n_terug) filter (where variant = 'zelfde_domein' and domein <> 'VO') as zelfde_domein,
        sum(n_terug) filter (where variant = 'BW_of_MO' and domein <> 'VO') as bw_of_mo,
        sum(n_terug) filter (where variant = 'MO' and domein <> 'VO') as mo
    from {{ ref('mart_herinstroom') }}
    group by 1, 2, 3, 4, 5, 6, 7, 8
)

select
    regio,
    gemeente_code,
    cohortmaand
from uitstroom
full join
    herinstroom
    using (regio, gemeente_basis, gemeente_code, cohortmaand, domein, perimeter, basis, bestemmingsgroep)
where
    herinstroom.rijen is distinct from 9
    or uitstroom.aantal is distinct from herinstroom.minste
    or uitstroom.aantal is distinct from herinstroom.meeste
    or herinstroom.terug_6 > herinstroom.terug_12
    or herinstroom.terug_12 > herinstroom.terug_24
    or herinstroom.bw_of_mo < greatest(herinstroom.zelfde_domein, herinstroom.mo)
