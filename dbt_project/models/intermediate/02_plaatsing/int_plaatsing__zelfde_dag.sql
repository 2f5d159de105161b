-- Same-day switch (Q-01, settled detail 2): a placement gives up its last day to any placement of the same
-- person, regio, domein and basis that starts on that day and ends later. One left with no day disappears from
-- stand and flows.
with afgestaan as (
    select distinct plaatsing.plaatsing_id
    from {{ ref('int_plaatsing') }} as plaatsing
    inner join {{ ref('int_plaatsing') }} as volgende
        on
            plaatsing.persoon_sk = volgende.persoon_sk
            and plaatsing.regio = volgende.regio
            and plaatsing.domein = volgende.domein
            and plaatsing.basis = volgende.basis
            and plaatsing.e - 1 = volgende.s
            and plaatsing.e < volgende.e
),

gegeven as (
    select
        plaatsing.*,
        afgestaan.plaatsing_id is not null as geeft_dag_af
    from {{ ref('int_plaatsing') }} as plaatsing
    left join afgestaan
        on plaatsing.plaatsing_id = afgestaan.plaatsing_id
)

select
    plaatsing_id,
    persoon_sk,
    regio,
    domein,
    basis,
    leverancier,
    rang,
    s,
    case when geeft_dag_af then e - 1 else e end as e,
    toewijzingnummer,
    verblijf_id,
    locatiecode,
    gemeente_verblijf,
    sleutel_leverancier,
    sleutel_nummer,
    sleutel_dag
from gegeven
where case when geeft_dag_af then e - 1 else e end > s
