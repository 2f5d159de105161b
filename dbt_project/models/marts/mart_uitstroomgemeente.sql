-- Where leavers settle against where they came from (D.11, U[h,u]; S-234): exits per gemeente of herkomst and of
-- uitstroom. The matrix adds up to the uitstroom.
with cellen as (
    select
        uitstroom.regio,
        uitstroom.maand,
        uitstroom.domein,
        uitstroom.perimeter,
        uitstroom.basis,
        bestemming.bestemmingsgroep,
        uitstroom.herkomst as herkomst_code,
        gemeente.uitstroomgemeente as uitstroom_code,
        count(*)::integer as aantal
    from {{ ref('int_uitstroom') }} as uitstroom
    inner join {{ ref('int_uitstroom__gemeente') }} as gemeente
        on uitstroom.episode_id = gemeente.episode_id
    inner join {{ ref('bestemming') }} as bestemming
        on uitstroom.bestemming = bestemming.bestemming
    group by 1, 2, 3, 4, 5, 6, 7, 8
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
