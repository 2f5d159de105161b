-- Q-07: a stay of at most 5 days without indicatie (time-out, respijt), counted apart. No feed marks such a stay; one
-- that a provider delivers as a placement is one (definitions, D.0), and shows here.
select
    'kort_zonder_indicatie' as signaal,
    levering.persoon_sk,
    levering.regio,
    levering.domein,
    levering.basis,
    levering.s as datum
from {{ ref('int_plaatsing') }} as levering
where
    levering.domein = 'BW'
    and levering.basis = 'levering'
    and levering.e - levering.s <= {{ var('kort_verblijf_dagen') }}
    and levering.geleverde_laatste_dag is not null
    and not exists (
        select 1
        from {{ ref('int_plaatsing') }} as toewijzing
        where
            toewijzing.basis = 'toewijzing'
            and toewijzing.persoon_sk = levering.persoon_sk
            and toewijzing.regio = levering.regio
            and toewijzing.domein = levering.domein
            and toewijzing.s < levering.e
            and toewijzing.e > levering.s
    )
