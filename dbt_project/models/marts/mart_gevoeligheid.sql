-- What the figures would be with another gap (Q-02): episodes rebuilt with N of 0, 7, 28 and 91 days in every
-- domein. N = 0 bridges nothing, also no temporary stop, as CBS counts; with any other N a temporary stop bridges
-- up to 91 days as always. The rows with N = 28 are the figures of mart_stroombalans.
with hiaten as (
    select hiaat_dagen
    from (values (0), (7), (28), (91)) as hiaat (hiaat_dagen)
),

opeenvolgend as (
    select
        hiaten.hiaat_dagen,
        segment.persoon_sk,
        segment.regio,
        segment.domein,
        segment.basis,
        segment.perimeter,
        segment.s,
        segment.e,
        segment.s - lag(segment.e) over per_persoon as hiaat,
        lag(segment.onderbroken) over per_persoon as na_onderbreking
    from {{ ref('int_hoofdsegment') }} as segment
    cross join hiaten
    window per_persoon as (
        partition by
            hiaten.hiaat_dagen, segment.persoon_sk, segment.regio, segment.domein, segment.basis, segment.perimeter
        order by segment.s
    )
),

genummerd as (
    select
        opeenvolgend.*,
        sum(
            case
                when hiaat is null then 1
                when hiaat_dagen > 0 and na_onderbreking
                    then
                        (hiaat > greatest(hiaat_dagen, {{ var('onderbreking_max') }}))::integer
                else (hiaat > hiaat_dagen)::integer
            end
        ) over (
            partition by hiaat_dagen, persoon_sk, regio, domein, basis, perimeter
            order by s
        ) as episode_nr
    from opeenvolgend
),

episodes as (
    select
        hiaat_dagen,
        regio,
        domein,
        basis,
        perimeter,
        min(s) as s,
        max(e) as e
    from genummerd
    group by hiaat_dagen, persoon_sk, regio, domein, basis, perimeter, episode_nr
)

select
    episodes.hiaat_dagen,
    episodes.regio,
    maand.maand,
    episodes.domein,
    episodes.perimeter,
    episodes.basis,
    (count(*) filter (where episodes.s >= maand.maand))::integer as instroom,
    (count(*) filter (where episodes.e - 1 < maand.volgende_maand))::integer as uitstroom,
    (count(*) filter (where episodes.s < maand.volgende_maand and episodes.e > maand.volgende_maand))::integer
        as stand_eind,
    actualiteit.bijgewerkt_tot
from episodes
inner join {{ ref('int_maand') }} as maand
    on
        episodes.s < maand.volgende_maand
        and episodes.e > maand.maand
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        episodes.regio = actualiteit.regio
        and episodes.domein = actualiteit.domein
        and episodes.basis = actualiteit.basis
group by
    episodes.hiaat_dagen, episodes.regio, maand.maand, episodes.domein, episodes.perimeter, episodes.basis,
    actualiteit.bijgewerkt_tot
