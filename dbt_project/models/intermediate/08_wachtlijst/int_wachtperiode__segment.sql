-- The statuses of each waiting spell in order of time, half-open [s, e). How silent points are read:
-- - A change dates from the leverdatum of the first standing snapshot that shows it (marts.md), compared with the
--   snapshot before it that had the spell; snapshots that came late count by their leverdatum.
-- - The status the spell begins with is no change: it holds from wachtend_sinds, whenever it was first delivered. It
--   is the last one shown on or before wachtend_sinds, else the first one shown.
-- - A change first shown after the last day of waiting, or after the last complete month, never was: the spell ends, or
--   stands, under the status before it.
with getoond as (
    select
        status.*,
        lag(wachtstatus) over (
            partition by indicatie_nummer, wachtend_sinds
            order by leverdatum
        ) as vorige_wachtstatus
    from {{ ref('stg_sdd__wachtstatus') }} as status
),

gedateerd as (
    select
        periode.wachtperiode_id,
        periode.regio,
        periode.herkomst,
        periode.uitkomst,
        periode.s as periode_s,
        periode.e as periode_e,
        getoond.wachtstatus,
        getoond.leverdatum,
        case
            when getoond.vorige_wachtstatus is null then periode.s
            else greatest(getoond.leverdatum, periode.s)
        end as s
    from {{ ref('int_wachtperiode') }} as periode
    inner join getoond
        on
            periode.indicatie_nummer = getoond.indicatie_nummer
            and periode.wachtend_sinds = getoond.wachtend_sinds
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where
        getoond.vorige_wachtstatus is null
        or (
            getoond.vorige_wachtstatus <> getoond.wachtstatus
            and getoond.leverdatum < least(periode.e, nacht.afkap)
        )
),

statussen as (
    select distinct on (wachtperiode_id, s) *
    from gedateerd
    order by wachtperiode_id, s, leverdatum desc
)

select
    wachtperiode_id,
    regio,
    herkomst,
    uitkomst,
    periode_s,
    periode_e,
    wachtstatus,
    s,
    coalesce(lead(s) over per_periode, periode_e) as e,
    lag(wachtstatus) over per_periode as vorige_wachtstatus,
    lead(s) over per_periode is null as is_laatste
from statussen
window per_periode as (
    partition by wachtperiode_id
    order by s
)
