-- D.6: the list a month ends with is the one the next begins with, every change of status is booked on both sides, and
-- the two views rest on the placements and on the list itself.
with laatste as (
    select max(maand) as maand
    from {{ ref('mart_wachtlijst') }}
),

aansluiting as (
    select
        regio,
        gemeente_code,
        wachtstatus,
        maand,
        wachtend_begin,
        0 as wachtend_eind
    from {{ ref('mart_wachtlijst') }}
    -- of the first month after those that fell away the one before is not there
    where maand > {{ weggevallen_tot() }} + 1

    union all

    select
        eind.regio,
        eind.gemeente_code,
        eind.wachtstatus,
        (eind.maand + interval '1 month')::date as maand,
        0 as wachtend_begin,
        eind.wachtend_eind
    from {{ ref('mart_wachtlijst') }} as eind
    cross join laatste
    where eind.maand < laatste.maand
)

select
    regio,
    gemeente_code,
    maand,
    'stand' as wat
from aansluiting
group by regio, gemeente_code, wachtstatus, maand
having sum(wachtend_begin) <> sum(wachtend_eind)

union all

select
    regio,
    gemeente_code,
    maand,
    'wissel' as wat
from {{ ref('mart_wachtlijst') }}
group by regio, gemeente_code, maand
having sum(wissel_in) <> sum(wissel_uit)

union all

select
    regio,
    gemeente_code,
    maand,
    'aantal' as wat
from {{ ref('mart_wachtlijst') }}
where
    n_gerealiseerd <> geplaatst
    or n_wachtend <> wachtend_eind
