-- ZIN and PGB per person at the end of the month (D.13): a client with both counts once in the total, which is
-- ZIN + PGB − both. A client in a bridged gap counts under the leveringsvorm of before it (settled detail 6).
-- A placement that gave up its last day to another no longer stands on it (settled detail 2).
with plaatsingen as (
    select
        dag.persoon_sk,
        dag.regio,
        dag.domein,
        dag.basis,
        dag.s,
        dag.e,
        plaatsing.perimeter,
        plaatsing.leveringsvorm
    from {{ ref('int_plaatsing__zelfde_dag') }} as dag
    inner join {{ ref('int_plaatsing') }} as plaatsing
        on dag.plaatsing_id = plaatsing.plaatsing_id
),

vormen as (
    select
        stand.episode_id,
        stand.regio,
        stand.maand,
        stand.perimeter,
        stand.basis,
        coalesce(bool_or(plaatsing.leveringsvorm = 'ZIN'), false) or stand.leveringsvorm = 'ZIN' as heeft_zin,
        coalesce(bool_or(plaatsing.leveringsvorm = 'PGB'), false) or stand.leveringsvorm = 'PGB' as heeft_pgb
    from {{ ref('int_stand') }} as stand
    left join plaatsingen as plaatsing
        on
            stand.persoon_sk = plaatsing.persoon_sk
            and stand.regio = plaatsing.regio
            and stand.domein = plaatsing.domein
            and stand.basis = plaatsing.basis
            and (stand.perimeter = 'A' or plaatsing.perimeter = 'B')
            and stand.peildatum > plaatsing.s
            and stand.peildatum < plaatsing.e
    where stand.domein = 'BW'
    group by stand.episode_id, stand.regio, stand.maand, stand.perimeter, stand.basis, stand.leveringsvorm
)

select
    vormen.regio,
    vormen.maand,
    vormen.perimeter,
    vormen.basis,
    count(*)::integer as totaal,
    (count(*) filter (where heeft_zin))::integer as zin,
    (count(*) filter (where heeft_pgb))::integer as pgb,
    (count(*) filter (where heeft_zin and heeft_pgb))::integer as beide,
    (count(*) filter (where not heeft_zin and not heeft_pgb))::integer as onbekend,
    actualiteit.bijgewerkt_tot
from vormen
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        vormen.regio = actualiteit.regio
        and vormen.basis = actualiteit.basis
        and actualiteit.domein = 'BW'
group by vormen.regio, vormen.maand, vormen.perimeter, vormen.basis, actualiteit.bijgewerkt_tot
