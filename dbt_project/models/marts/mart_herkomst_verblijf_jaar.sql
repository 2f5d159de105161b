-- Where clients come from against where they stay at the end of a year (D.11); of a year that is not over at the end of
-- the last complete month.
with maanden as (
    select
        maand,
        jaar,
        maand = max(maand) over (partition by jaar) as laatste
    from {{ ref('int_maand') }}
)

select
    matrix.regio,
    maand.jaar,
    matrix.domein,
    matrix.perimeter,
    matrix.basis,
    matrix.herkomst_code,
    matrix.verblijf_code,
    matrix.personen,
    maand.maand as tot_en_met,
    matrix.bijgewerkt_tot
from {{ ref('mart_herkomst_verblijf') }} as matrix
inner join maanden as maand
    on matrix.maand = maand.maand
where
    maand.laatste
    and matrix.personen > 0
