-- How the herkomst of the stand is known: the step of the ladder (D.11). What is unknown is visible as step 6.
with cellen as (
    select
        stand.regio,
        stand.maand,
        stand.domein,
        stand.perimeter,
        stand.basis,
        herkomst.herkomst_methode,
        count(*)::integer as personen
    from {{ ref('int_stand') }} as stand
    inner join {{ ref('int_episode__herkomst') }} as herkomst
        on stand.episode_id = herkomst.episode_id
    group by 1, 2, 3, 4, 5, 6
)

select
    cel.*,
    actualiteit.bijgewerkt_tot
from cellen as cel
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        cel.regio = actualiteit.regio
        and cel.domein = actualiteit.domein
        and cel.basis = actualiteit.basis
