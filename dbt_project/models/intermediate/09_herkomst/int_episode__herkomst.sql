-- How the herkomst of each episode was established: the step of the ladder (D.11) and the day, fixed at the first
-- main segment with a known herkomst (settled detail 8), and beside it where the client was registered at the
-- aanmelding, for MO and VO.
--
-- The ladder itself is walked by who decides on access, not here: SDD delivers the step, of a 301 and of an
-- aanmelding it is step 3 (the gemeente stated there), and what is unknown, abroad or not registered is step 6. A
-- known herkomst of which nobody gave the step is `onbekend`. `herkomst_op` is the first day of that segment.
with gekozen as (
    select distinct on (segment.episode_id)
        segment.episode_id,
        segment.s as herkomst_op,
        segment.herkomst,
        plaatsing.herkomst_methode
    from {{ ref('int_episode__segment') }} as segment
    inner join {{ ref('int_plaatsing') }} as plaatsing
        on segment.plaatsing_id = plaatsing.plaatsing_id
    order by segment.episode_id, segment.herkomst = 'ONBEKEND', segment.s
),

eerste as (
    select
        segment.episode_id,
        segment.domein,
        {{ gemeente_in_regio('plaatsing.inschrijving_code', 'indeling', 'segment.regio') }} as inschrijving
    from {{ ref('int_episode__segment') }} as segment
    inner join {{ ref('int_plaatsing') }} as plaatsing
        on segment.plaatsing_id = plaatsing.plaatsing_id
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on plaatsing.inschrijving_code = indeling.gemeente_code
    where segment.is_eerste
)

select
    gekozen.episode_id,
    gekozen.herkomst,
    gekozen.herkomst_op,
    case
        when gekozen.herkomst in ('ONBEKEND', 'NIET_INGESCHREVEN') then '6'
        when gekozen.herkomst_methode between 1 and 5 then gekozen.herkomst_methode::text
        else 'onbekend'
    end as herkomst_methode,
    case when eerste.domein in ('MO', 'VO') then eerste.inschrijving end as inschrijving
from gekozen
inner join eerste
    on gekozen.episode_id = eerste.episode_id
