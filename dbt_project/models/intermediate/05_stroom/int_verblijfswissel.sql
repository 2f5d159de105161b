-- One row per change of gemeente van verblijf inside an episode, on the first day in the new one (Q-10, settled
-- detail 7).
{{ config(materialized='per_persoon', unlogged=false) }}
select
    segment.episode_id,
    segment.persoon_sk,
    segment.regio,
    segment.domein,
    segment.basis,
    segment.perimeter,
    segment.s as datum,
    date_trunc('month', segment.s)::date as maand,
    segment.vorig_verblijf as van_verblijf,
    segment.verblijf as naar_verblijf
from {{ van_personen('int_episode__segment') }} as segment
cross join {{ ref('stg_levering__nacht') }} as nacht
where
    not segment.is_eerste
    and segment.verblijf <> segment.vorig_verblijf
    and segment.s < nacht.afkap
