-- Q-20: levering that starts more than 31 days before its toewijzing does. It counts from its start all the same.
select
    'start_voor_toewijzing' as signaal,
    levering.persoon_sk,
    levering.regio,
    levering.domein,
    levering.basis,
    levering.s as datum
from {{ ref('int_plaatsing') }} as levering
inner join {{ ref('int_plaatsing') }} as toewijzing
    on
        levering.van_toewijzing = toewijzing.van_toewijzing
        and toewijzing.basis = 'toewijzing'
where
    levering.basis = 'levering'
    and toewijzing.s - levering.s > {{ var('start_voor_toewijzing_dagen') }}
