-- One row per exit (levering, perimeter A of BW, MO, VO) other than death, with its aftercare (D.14, S-141, S-142). A
-- nazorg row belongs to the exit with exactly that laatste_dag (settled detail 11). A measurement of 6, 12, 18 or 24
-- months is made when its meetdatum lies within ±31 days of the last day + so many months. `teruggekeerd`: a next
-- episode of the same person, regio, domein and perimeter begins at most 24 months after it.
with uitstroom as (
    select *
    from {{ ref('int_uitstroom') }}
    where
        basis = 'levering'
        and perimeter in ('A', '-')
        and bestemming <> 'U40'
),

rijen as (
    select
        uitstroom.episode_id,
        nazorg.terugkeergarantie,
        case
            when
                abs(nazorg.meetdatum - (uitstroom.datum + make_interval(months => nazorg.meting))::date)
                <= {{ var('nazorg_venster_dagen') }}
                and nazorg.meetdatum < nacht.afkap
                then nazorg.meting
        end as gemeten
    from uitstroom
    cross join {{ ref('stg_levering__nacht') }} as nacht
    inner join {{ ref('stg_zorgaanbieders__nazorg') }} as nazorg
        on
            uitstroom.persoon_sk = nazorg.persoon_sk
            and uitstroom.datum = nazorg.laatste_dag
),

metingen as (
    select
        episode_id,
        bool_or(terugkeergarantie = 'J') as terugkeergarantie,
        bool_or(gemeten = 6) as meting_6,
        bool_or(gemeten = 12) as meting_12,
        bool_or(gemeten = 18) as meting_18,
        bool_or(gemeten = 24) as meting_24
    from rijen
    group by episode_id
)

select
    uitstroom.episode_id,
    uitstroom.regio,
    uitstroom.domein,
    uitstroom.herkomst,
    uitstroom.datum as laatste_dag,
    extract(year from uitstroom.datum)::integer as jaar,
    metingen.episode_id is not null as in_nazorg,
    coalesce(metingen.terugkeergarantie, false) as terugkeergarantie,
    coalesce(metingen.meting_6, false) as meting_6,
    coalesce(metingen.meting_12, false) as meting_12,
    coalesce(metingen.meting_18, false) as meting_18,
    coalesce(metingen.meting_24, false) as meting_24,
    case when exists (
        select 1
        from {{ ref('int_episode') }} as terug
        where
            terug.persoon_sk = uitstroom.persoon_sk
            and terug.regio = uitstroom.regio
            and terug.domein = uitstroom.domein
            and terug.basis = uitstroom.basis
            and terug.perimeter = uitstroom.perimeter
            and terug.s > uitstroom.datum
            and terug.s
            <= (uitstroom.datum + interval '{{ var("terugblik_herinstroom_maanden") }} months')::date
    ) then true else false end as teruggekeerd
from uitstroom
left join metingen
    on uitstroom.episode_id = metingen.episode_id
