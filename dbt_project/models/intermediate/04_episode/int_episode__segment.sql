-- Main segments numbered into episodes: continuous presence of a person in one regio, domein, basis and
-- perimeter, with gaps of at most N days (D.2.4, settled detail 5): 91 when the placement that was main on the
-- day before the gap has a temporary stop (code 20) on that day, else 28. `geldig_tot` is where the next
-- segment takes over: during a bridged gap the client counts under the values of before it (settled detail 6).
{{ config(materialized='per_persoon', unlogged=false) }}
with opeenvolgend as (
    select
        segment.*,
        lag(segment.e) over per_persoon as vorige_e,
        lag(segment.onderbroken) over per_persoon as vorige_onderbroken
    from {{ van_personen('int_hoofdsegment') }} as segment
    window per_persoon as (
        partition by segment.persoon_sk, segment.regio, segment.domein, segment.basis, segment.perimeter
        order by segment.s
    )
),

genummerd as (
    select
        opeenvolgend.*,
        sum(
            case
                when vorige_e is null then 1
                when
                    s - vorige_e > case
                        when vorige_onderbroken then {{ var('onderbreking_max') }}
                        when domein = 'BW' then {{ var('gap_bw') }}
                        when domein = 'MO' then {{ var('gap_mo') }}
                        else {{ var('gap_vo') }}
                    end
                    then 1
                else 0
            end
        ) over (
            partition by persoon_sk, regio, domein, basis, perimeter
            order by s
        ) as episode_nr
    from opeenvolgend
)

select
    md5(concat_ws('|', persoon_sk, regio, domein, basis, perimeter, episode_nr)) as episode_id,
    genummerd.*,
    coalesce(lead(s) over per_episode, e) as geldig_tot,
    lead(s) over per_episode is null as is_laatste,
    lag(s) over per_episode is null as is_eerste,
    lag(product_code) over per_episode as vorig_product,
    lag(rang) over per_episode as vorige_rang,
    lag(aanbieder) over per_episode as vorige_aanbieder,
    lag(locatiecode) over per_episode as vorige_locatie,
    lag(leveringsvorm) over per_episode as vorige_leveringsvorm,
    lag(verblijf) over per_episode as vorig_verblijf
from genummerd
window per_episode as (
    partition by persoon_sk, regio, domein, basis, perimeter, episode_nr
    order by s
)
