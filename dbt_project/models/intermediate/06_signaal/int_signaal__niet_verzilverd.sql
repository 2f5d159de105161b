-- Q-19: a toewijzing without levering, on the 91st day after its first. Basis toewijzing counts it from the start,
-- basis levering does not. Care under another number of the same person, regio and domein is levering too.
select
    'niet_verzilverd' as signaal,
    toewijzing.persoon_sk,
    toewijzing.regio,
    toewijzing.domein,
    toewijzing.basis,
    toewijzing.s + {{ var('verzilvering_dagen') }} as datum
from {{ ref('int_plaatsing') }} as toewijzing
cross join {{ ref('stg_levering__nacht') }} as nacht
where
    toewijzing.basis = 'toewijzing'
    and toewijzing.s + {{ var('verzilvering_dagen') }} < nacht.afkap
    and coalesce(toewijzing.overleden_op >= toewijzing.s + {{ var('verzilvering_dagen') }}, true)
    and not exists (
        select 1
        from {{ ref('int_plaatsing') }} as levering
        where
            levering.basis = 'levering'
            and levering.persoon_sk = toewijzing.persoon_sk
            and levering.regio = toewijzing.regio
            and levering.domein = toewijzing.domein
            and levering.s <= toewijzing.s + {{ var('verzilvering_dagen') }}
            and levering.e > toewijzing.s
    )
