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
with vertrekken as (
    select
        uitstroom.*,
        bestemming.bestemmingsgroep,
        case uitstroom.domein
            when 'BW' then {{ var('gap_bw') }}
            when 'MO' then {{ var('gap_mo') }}
            else {{ var('gap_vo') }}
        end as hiaat_dagen
    from {{ van_personen('int_uitstroom') }} as uitstroom
    inner join {{ ref('bestemming') }} as bestemming
        on uitstroom.bestemming = bestemming.bestemming
    where uitstroom.bestemming not in ('U40', 'U10', 'U11', 'U20', 'U21', 'U22')
),

gevolgd as (
    select
        vertrek.episode_id,
        vertrek.persoon_sk,
        vertrek.regio,
        vertrek.domein,
        vertrek.basis,
        vertrek.perimeter,
        vertrek.datum,
        vertrek.maand,
        vertrek.herkomst,
        vertrek.verblijf,
        vertrek.bestemmingsgroep,
        min(terug.s) filter (where terug.domein = vertrek.domein) as terug_zelfde_domein,
        min(terug.s) filter (where terug.domein in ('BW', 'MO')) as terug_bw_of_mo,
        min(terug.s) filter (where terug.domein = 'MO') as terug_mo
    from vertrekken as vertrek
    left join {{ ref('int_episode') }} as terug
        on
            vertrek.persoon_sk = terug.persoon_sk
            and vertrek.regio = terug.regio
            and case when terug.domein = 'BW' then vertrek.basis else 'levering' end = terug.basis
            and case
                when terug.domein <> 'BW' then '-'
                when vertrek.domein = 'BW' then vertrek.perimeter
                else 'A'
            end = terug.perimeter
            and terug.s - (vertrek.datum + 1) > vertrek.hiaat_dagen
    group by
        vertrek.episode_id, vertrek.persoon_sk, vertrek.regio, vertrek.domein, vertrek.basis, vertrek.perimeter,
        vertrek.datum, vertrek.maand, vertrek.herkomst, vertrek.verblijf, vertrek.bestemmingsgroep
)

select
    gevolgd.episode_id,
    gevolgd.persoon_sk,
    gevolgd.regio,
    gevolgd.domein,
    gevolgd.basis,
    gevolgd.perimeter,
    gevolgd.datum,
    gevolgd.maand,
    gevolgd.herkomst,
    gevolgd.verblijf,
    gevolgd.bestemmingsgroep,
    venster.maanden as venster,
    variant.variant,
    (gevolgd.datum + make_interval(months => venster.maanden))::date < nacht.afkap as is_volledig,
    coalesce(
        variant.terug_op <= (gevolgd.datum + make_interval(months => venster.maanden))::date,
        false
    ) as is_terug
from gevolgd
cross join (values (6), (12), (24)) as venster (maanden)
cross join
    lateral (
        values
        ('zelfde_domein', gevolgd.terug_zelfde_domein),
        ('BW_of_MO', gevolgd.terug_bw_of_mo),
        ('MO', gevolgd.terug_mo)
    ) as variant (variant, terug_op)
cross join {{ ref('stg_levering__nacht') }} as nacht
