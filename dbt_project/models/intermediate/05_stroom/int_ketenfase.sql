-- The chain of a person in a regio (D.1): episodes of BW (levering, perimeter A) and MO, chained while the gap is
-- at most N_keten days (`gap_keten`), and the home in which a stay ended. One row per fase: BW, MO or woning,
-- half-open [s, e). How silent points are read:
-- - On a day in both BW and MO the chain is in BW (Q-05); MO goes on after it.
-- - Successive fases of one domein are one, gap included: coming back within the chain is no step. VO is no part of
--   it.
-- - A home follows a stay that ended with bestemming U01 to U05 and after which no other fase begins within N days
--   (a supplier that named a home and a start elsewhere in the same month contradict each other: the start decides).
--   It begins on the day after the last day, and lasts until the next fase of the chain.
-- - A new chain begins after more than N_keten days in neither; its home before it is the end of the old one.
-- - `route`: the fases of the chain up to and including this one, of a long chain the last `keten_route_fasen`.
{{ config(materialized='per_persoon', unlogged=false) }}
with episodes as (
    select
        persoon_sk,
        regio,
        domein,
        episode_id,
        s as van,
        e as tot,
        case domein when 'BW' then 1 else 2 end as voorrang
    from {{ van_personen('int_episode') }}
    where
        basis = 'levering'
        and (
            (domein = 'BW' and perimeter = 'A')
            or domein = 'MO'
        )
),

beste as (
    {{ beste_per_interval('episodes', ['persoon_sk', 'regio'], 'kandidaat.voorrang') }}
),

aaneengesloten as (
    {{ aaneengesloten('beste', ['persoon_sk', 'regio'], ['episode_id']) }}
),

verblijven as (
    select
        persoon_sk,
        regio,
        domein,
        episode_id,
        tot as episode_e,
        min(deel_van) as s,
        max(deel_tot) as e
    from aaneengesloten
    group by persoon_sk, regio, domein, episode_id, tot, groep
),

opeenvolgend as (
    select
        verblijven.*,
        lead(s) over per_persoon as volgende_s,
        case
            when s - lag(e) over per_persoon <= {{ var('gap_keten') }} then 0
            else 1
        end as is_nieuwe_keten
    from verblijven
    window per_persoon as (
        partition by persoon_sk, regio
        order by s
    )
),

ketens as (
    select
        opeenvolgend.*,
        sum(is_nieuwe_keten) over (
            partition by persoon_sk, regio
            order by s
        ) as keten_nr
    from opeenvolgend
),

fasen as (
    select
        persoon_sk,
        regio,
        keten_nr,
        domein,
        s,
        e
    from ketens

    union all

    select
        keten.persoon_sk,
        keten.regio,
        keten.keten_nr,
        'woning' as domein,
        keten.e as s,
        coalesce(keten.volgende_s, date '{{ var("open_einde") }}') as e
    from ketens as keten
    inner join {{ van_personen('int_uitstroom') }} as uitstroom
        on
            keten.episode_id = uitstroom.episode_id
            and keten.e = keten.episode_e
    where
        uitstroom.bestemming in ('U01', 'U02', 'U03', 'U04', 'U05')
        and (
            keten.volgende_s is null
            or keten.volgende_s - keten.e > case keten.domein
                when 'BW' then {{ var('gap_bw') }}
                else {{ var('gap_mo') }}
            end
        )
),

gemerkt as (
    select
        fasen.*,
        case
            when domein = lag(domein) over per_keten then 0
            else 1
        end as is_nieuwe_fase
    from fasen
    window per_keten as (
        partition by persoon_sk, regio, keten_nr
        order by s
    )
),

genummerd as (
    select
        gemerkt.*,
        sum(is_nieuwe_fase) over (
            partition by persoon_sk, regio, keten_nr
            order by s
        )::integer as fase_nr
    from gemerkt
),

samen as (
    select
        persoon_sk,
        regio,
        keten_nr,
        fase_nr,
        domein,
        min(s) as s,
        max(e) as e
    from genummerd
    group by persoon_sk, regio, keten_nr, fase_nr, domein
),

wegen as (
    select
        samen.*,
        array_agg(domein) over (
            partition by persoon_sk, regio, keten_nr
            order by fase_nr
        ) as weg
    from samen
)

select
    persoon_sk,
    regio,
    keten_nr,
    fase_nr,
    domein,
    s,
    e,
    case when fase_nr > {{ var('keten_route_fasen') }} then '…>' else '' end
    || array_to_string(weg[greatest(1, fase_nr - {{ var('keten_route_fasen') }} + 1):fase_nr], '>') as route
from wegen
