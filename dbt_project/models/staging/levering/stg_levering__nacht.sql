-- The night the warehouse is built as of. Live: the newest one registered, as known on 06:00 Europe/Amsterdam of its
-- DATE. With `kennis_op`: as known on that moment, on the last night that was run by then; where the ledger was still
-- empty then and is replayed by leverdatum, on the night of that day. Marts hold facts before `afkap`, the first of the
-- month of DATE (settled detail 13).
with nachten as (
    select
        nacht_id,
        datum,
        (datum + time '06:00') at time zone 'Europe/Amsterdam' as bekend_tot
    from {{ source('levering', 'nachten') }}
),

{% if var('kennis_op') %}
gekozen as (
    select
        laatste.nacht_id,
        coalesce(
            laatste.datum,
            (moment.kennis_op at time zone 'Europe/Amsterdam' - interval '6 hours')::date
        ) as datum,
        moment.kennis_op as bekend_tot
    from (values (timestamptz '{{ var("kennis_op") }}')) as moment (kennis_op)
    left join lateral (
        select
            nachten.nacht_id,
            nachten.datum
        from nachten
        where nachten.bekend_tot <= moment.kennis_op
        order by nachten.datum desc, nachten.nacht_id desc
        limit 1
    ) as laatste on true
)
{% else %}
gekozen as (
    select *
    from nachten
    order by nacht_id desc
    limit 1
)
{% endif %}

select
    nacht_id,
    datum,
    date_trunc('month', datum)::date as afkap,
    bekend_tot
from gekozen
