-- One row per person with a fingerprint of every fact that the models per person are made from: when it is the same as
-- at the last complete build, so are that person's rows. Facts of nobody in particular (the month up to which is
-- counted, lists of products, gemeenten and reasons) are part of everybody's.
{% set lijsten = [
    'aanbieder_opvolging', 'bestemming', 'contractsoort', 'gemeente', 'int_gemeente__indeling', 'productopvolging',
    'reden_beeindiging', 'reden_dakloosheid'
] %}

with algemeen as (
    select concat_ws(
        '|',
        (select nacht.afkap from {{ ref('stg_levering__nacht') }} as nacht),
        (select min(maand.maand) from {{ ref('int_maand') }} as maand)
        {%- for lijst in lijsten %},
        (select sum(hashtextextended(rij::text, 0)) from {{ ref(lijst) }} as rij)
        {%- endfor %}
    ) as kenmerk
),

feiten as (
    select
        persoon_sk,
        hashtextextended(plaatsing::text, 1) as feit
    from {{ ref('int_plaatsing') }} as plaatsing

    union all

    select
        persoon_sk,
        hashtextextended(plaatsing::text, 2) as feit
    from {{ ref('int_plaatsing__zelfde_dag') }} as plaatsing

    union all

    select
        plaatsing.persoon_sk,
        hashtextextended(locatie::text, 3) as feit
    from {{ ref('int_plaatsing__locatie') }} as locatie
    inner join {{ ref('int_plaatsing__zelfde_dag') }} as plaatsing
        on locatie.plaatsing_id = plaatsing.plaatsing_id

    union all

    -- the leverdatum of a snapshot changes every night and decides nothing here
    select
        persoon_sk,
        hashtextextended((to_jsonb(verhuring) - 'leverdatum')::text, 4) as feit
    from {{ ref('stg_corporaties__verhuringen') }} as verhuring

    union all

    select
        persoon_sk,
        hashtextextended((to_jsonb(nazorg) - 'leverdatum')::text, 5) as feit
    from {{ ref('stg_zorgaanbieders__nazorg') }} as nazorg
)

select
    feiten.persoon_sk,
    concat_ws('|', count(*), sum(feiten.feit), sum(feiten.feit::numeric * feiten.feit), algemeen.kenmerk) as kenmerk
from feiten
cross join algemeen
where feiten.persoon_sk is not null
group by feiten.persoon_sk, algemeen.kenmerk
