-- The steps of the chain MO → BW → woning, and back (D.1, D.4 "doorstroom at keten level"), with the time each
-- took. How a chain and its fases are read stands in int_ketenfase. How silent points are read here:
-- - A step counts in the month of the first day in MO or BW; a step to a home, of which no feed says the first day,
--   in the month of the last day of the stay, as in mart_uitstroom.
--   A step after the last complete month, as back into opvang on the day after BW, is not there (settled detail 13).
-- - Its time is from the first day in van_domein to the first day in naar_domein (a home: the day after the last day
--   of the stay). Of a fase that began on or before the first day of the data that is not known: such a step counts
--   in `aantal`, not in `n_met_duur` and the days.
with stappen as (
    select
        fase.regio,
        case fase.domein when 'woning' then fase.s - 1 else fase.s end as datum,
        lag(fase.domein) over per_keten as van_domein,
        fase.domein as naar_domein,
        fase.route,
        lag(fase.s) over per_keten as vorige_s,
        fase.s
    from {{ ref('int_ketenfase') }} as fase
    window per_keten as (
        partition by fase.persoon_sk, fase.regio, fase.keten_nr
        order by fase.fase_nr
    )
),

gemeten as (
    select
        regio,
        date_trunc('month', stappen.datum)::date as maand,
        van_domein,
        naar_domein,
        route,
        case when vorige_s > date '{{ var("begin_gegevens") }}' then s - vorige_s end as dagen
    from stappen
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where
        van_domein is not null
        and stappen.datum < nacht.afkap
),

per_regio as (
    select
        regio,
        min(bijgewerkt_tot) as bijgewerkt_tot
    from {{ ref('int_actualiteit') }}
    where
        basis = 'levering'
        and domein in ('BW', 'MO')
    group by regio
)

select
    gemeten.regio,
    gemeten.maand,
    gemeten.van_domein,
    gemeten.naar_domein,
    gemeten.route,
    count(*)::integer as aantal,
    count(gemeten.dagen)::integer as n_met_duur,
    {{ percentielen('gemeten.dagen', [50, 90]) }},
    per_regio.bijgewerkt_tot
from gemeten
left join per_regio
    on gemeten.regio = per_regio.regio
group by
    gemeten.regio, gemeten.maand, gemeten.van_domein, gemeten.naar_domein, gemeten.route, per_regio.bijgewerkt_tot
