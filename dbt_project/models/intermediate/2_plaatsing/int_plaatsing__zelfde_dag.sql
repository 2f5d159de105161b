-- Same-day switch (Q-01, settled detail 2): a placement gives up its last day to any placement of the same
-- person, regio, domein and basis that starts on that day and ends later. One left with no day disappears from
-- stand and flows.
with gegeven as (
    select
        plaatsing.*,
        exists(
            select 1
            from {{ ref('int_plaatsing') }} as volgende
            where
                volgende.persoon_sk = plaatsing.persoon_sk
                and volgende.regio = plaatsing.regio
                and volgende.domein = plaatsing.domein
                and volgende.basis = plaatsing.basis
                and volgende.s = plaatsing.e - 1
                and volgende.e > plaatsing.e
        ) as geeft_dag_af
    from {{ ref('int_plaatsing') }} as plaatsing
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
