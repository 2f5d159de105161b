-- The stand of MO and VO by both measures of origin (D.11, as figures 2 and 3 of Centraal Gelderland 2019): where
-- someone was registered at the first aanmelding of the stay, and where they came from.
with cellen as (
    select
        stand.regio,
        stand.maand,
        stand.domein,
        stand.perimeter,
        stand.basis,
        herkomst.herkomstmaat,
        herkomst.herkomst_code,
        count(*)::integer as personen
    from {{ ref('int_stand') }} as stand
    inner join {{ ref('int_episode__herkomst') }} as episode
        on stand.episode_id = episode.episode_id
    cross join
        lateral (
            values
            ('inschrijving_bij_aanmelding', episode.inschrijving),
            ('historische_verblijfplaats', stand.herkomst)
        ) as herkomst (herkomstmaat, herkomst_code)
    where stand.domein in ('MO', 'VO')
    group by 1, 2, 3, 4, 5, 6, 7
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
