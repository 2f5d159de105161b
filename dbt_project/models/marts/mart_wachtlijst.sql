-- The waiting list of the SDD and its own balance (D.6): wachtend_begin + instroom - geplaatst - uitgevallen +
-- wissel_in - wissel_uit = wachtend_eind, per gemeente, month and status. How silent points are read, beside those
-- of int_wachtperiode and int_wachtperiode__segment:
-- - The unit is the waiting spell: two spells of one person are two.
-- - A spell stands on midnight b when s < b < e, under the status of the night before (D.8, settled detail 7): a change
--   on the first of a month is a wissel of that month.
-- - instroom stands under the first status, geplaatst and uitgevallen in the month of the last day of waiting, under
--   the status of that day.
-- - n_gerealiseerd are the spells that ended in the month with a placement, their length e - s; n_wachtend those that
--   stand at its end, the days elapsed from wachtend_sinds to that midnight, whatever status they had before.
-- - A row is there where any figure is above 0, from the first month with a spell.
with maanden as (
    {{ volledige_maanden(['int_wachtperiode']) }}
),

standen as (
    select
        segment.regio,
        segment.herkomst,
        segment.wachtstatus,
        maanden.maand,
        maanden.volgende_maand,
        maanden.volgende_maand - segment.periode_s as dagen
    from {{ ref('int_wachtperiode__segment') }} as segment
    inner join maanden
        on
            segment.s < maanden.volgende_maand
            and segment.e >= maanden.volgende_maand
            and segment.periode_e > maanden.volgende_maand
),

bewegingen as (
    select
        regio,
        herkomst,
        wachtstatus,
        maand,
        'wachtend_eind' as maat,
        dagen
    from standen

    union all

    select
        standen.regio,
        standen.herkomst,
        standen.wachtstatus,
        standen.volgende_maand as maand,
        'wachtend_begin' as maat,
        null as dagen
    from standen
    inner join maanden
        on standen.volgende_maand = maanden.maand

    union all

    select
        regio,
        herkomst,
        wachtstatus,
        date_trunc('month', s)::date as maand,
        case when vorige_wachtstatus is null then 'instroom' else 'wissel_in' end as maat,
        null as dagen
    from {{ ref('int_wachtperiode__segment') }}

    union all

    select
        regio,
        herkomst,
        vorige_wachtstatus as wachtstatus,
        date_trunc('month', s)::date as maand,
        'wissel_uit' as maat,
        null as dagen
    from {{ ref('int_wachtperiode__segment') }}
    where vorige_wachtstatus is not null

    union all

    select
        regio,
        herkomst,
        wachtstatus,
        date_trunc('month', periode_e - 1)::date as maand,
        uitkomst as maat,
        periode_e - periode_s as dagen
    from {{ ref('int_wachtperiode__segment') }}
    where
        is_laatste
        and uitkomst is not null
),

balans as (
    select
        regio,
        herkomst as gemeente_code,
        maand,
        wachtstatus,
        (count(*) filter (where maat = 'wachtend_begin'))::integer as wachtend_begin,
        (count(*) filter (where maat = 'instroom'))::integer as instroom,
        (count(*) filter (where maat = 'geplaatst'))::integer as geplaatst,
        (count(*) filter (where maat = 'uitgevallen'))::integer as uitgevallen,
        (count(*) filter (where maat = 'wissel_in'))::integer as wissel_in,
        (count(*) filter (where maat = 'wissel_uit'))::integer as wissel_uit,
        (count(*) filter (where maat = 'wachtend_eind'))::integer as wachtend_eind,
        {{ wachtdagen("case when maat = 'geplaatst' then dagen end", '_gerealiseerd') }},
        {{ wachtdagen("case when maat = 'wachtend_eind' then dagen end", '_wachtend') }}
    from bewegingen
    group by regio, herkomst, maand, wachtstatus
)

select
    balans.regio,
    balans.gemeente_code,
    balans.maand,
    balans.wachtstatus,
    balans.wachtend_begin,
    balans.instroom,
    balans.geplaatst,
    balans.uitgevallen,
    balans.wissel_in,
    balans.wissel_uit,
    balans.wachtend_eind,
    balans.wachtend_begin + balans.instroom - balans.geplaatst - balans.uitgevallen + balans.wissel_in
    - balans.wissel_uit - balans.wachtend_eind as verschil,
    balans.n_gerealiseerd,
    balans.dagen_gemiddeld_gerealiseerd,
    balans.dagen_p25_gerealiseerd,
    balans.dagen_p50_gerealiseerd,
    balans.dagen_p75_gerealiseerd,
    balans.dagen_p90_gerealiseerd,
    balans.n_wachtend,
    balans.dagen_gemiddeld_wachtend,
    balans.dagen_p25_wachtend,
    balans.dagen_p50_wachtend,
    balans.dagen_p75_wachtend,
    balans.dagen_p90_wachtend,
    {{ sdd_bijgewerkt_tot(['sdd_wachtlijst', 'sdd_indicaties']) }} as bijgewerkt_tot
from balans
