-- One row per index exit (D.14), venster and variant: whether its person came back. How silent or conflicting points
-- are read:
-- - Each exit is an index event (Q-30), except with bestemming U40, U10, U11, U20, U21 or U22; `U10_of_U12` is not in
--   that list and stays.
-- - A return is an episode of the same person, regio, basis and perimeter (settled detail 1) that begins on s with
--   last < s <= last + n months. Variant `zelfde_domein`: in the domein left; `BW_of_MO`: in BW or MO; `MO`: in MO.
--   What has no such basis or perimeter is looked for where it is: MO is always levering, and the BW of who left MO or
--   VO is levering in perimeter A.
-- - Only if gap > N (Q-29), s - e > N, in every variant: within N days the next domein is a step in the chain, not a
--   return. In the domein itself that holds by construction.
-- - An exit is followed completely when last + n months is before the first day beyond the last complete month. As
--   every exit of a month is or is not, that is also said of the cohort (right-censoring).
{{ config(materialized='per_persoon', unlogged=false) }}
with vensters as (
    select maanden
    from (values (6), (12), (24)) as venster (maanden)
),

varianten as (
    select
        variant,
        domein,
        terug_domein
    from (
        values
        ('zelfde_domein', 'BW', 'BW'),
        ('zelfde_domein', 'MO', 'MO'),
        ('zelfde_domein', 'VO', 'VO'),
        ('BW_of_MO', 'BW', 'BW'),
        ('BW_of_MO', 'BW', 'MO'),
        ('BW_of_MO', 'MO', 'BW'),
        ('BW_of_MO', 'MO', 'MO'),
        ('BW_of_MO', 'VO', 'BW'),
        ('BW_of_MO', 'VO', 'MO'),
        ('MO', 'BW', 'MO'),
        ('MO', 'MO', 'MO'),
        ('MO', 'VO', 'MO')
    ) as variant (variant, domein, terug_domein)
),

variantnamen as (
    select distinct variant
    from varianten
),

terugkeren as (
    select
        uitstroom.episode_id,
        variant.variant,
        min(terug.s) as terug_op
    from {{ van_personen('int_uitstroom') }} as uitstroom
    inner join varianten as variant
        on uitstroom.domein = variant.domein
    inner join {{ van_personen('int_episode') }} as terug
        on
            uitstroom.persoon_sk = terug.persoon_sk
            and uitstroom.regio = terug.regio
            and variant.terug_domein = terug.domein
            and case when terug.domein = 'BW' then uitstroom.basis else 'levering' end = terug.basis
            and case
                when terug.domein <> 'BW' then '-'
                when uitstroom.domein = 'BW' then uitstroom.perimeter
                else 'A'
            end = terug.perimeter
    where
        terug.s - (uitstroom.datum + 1) > case uitstroom.domein
            when 'BW' then {{ var('gap_bw') }}
            when 'MO' then {{ var('gap_mo') }}
            else {{ var('gap_vo') }}
        end
    group by uitstroom.episode_id, variant.variant
)

select
    uitstroom.episode_id,
    uitstroom.persoon_sk,
    uitstroom.regio,
    uitstroom.domein,
    uitstroom.basis,
    uitstroom.perimeter,
    uitstroom.datum,
    uitstroom.maand,
    uitstroom.herkomst,
    uitstroom.verblijf,
    bestemming.bestemmingsgroep,
    venster.maanden as venster,
    variant.variant,
    (uitstroom.datum + make_interval(months => venster.maanden))::date < nacht.afkap as is_volledig,
    coalesce(
        terugkeer.terug_op <= (uitstroom.datum + make_interval(months => venster.maanden))::date,
        false
    ) as is_terug
from {{ van_personen('int_uitstroom') }} as uitstroom
inner join {{ ref('bestemming') }} as bestemming
    on uitstroom.bestemming = bestemming.bestemming
cross join vensters as venster
cross join variantnamen as variant
cross join {{ ref('stg_levering__nacht') }} as nacht
left join terugkeren as terugkeer
    on
        uitstroom.episode_id = terugkeer.episode_id
        and variant.variant = terugkeer.variant
where uitstroom.bestemming not in ('U40', 'U10', 'U11', 'U20', 'U21', 'U22')
