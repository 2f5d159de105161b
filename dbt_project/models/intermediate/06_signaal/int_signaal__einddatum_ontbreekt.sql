-- Q-21: levering that is still open 91 days after the person's last toewijzing ended. A missing end date is a finding
-- and the placement stays open (settled details): no end is ever imputed.
with laatste_toewijzing as (
    select
        persoon_sk,
        regio,
        domein,
        max(e) - 1 as laatste_dag
    from {{ ref('int_plaatsing') }}
    where basis = 'toewijzing'
    group by persoon_sk, regio, domein
)

select
    'einddatum_ontbreekt' as signaal,
    levering.persoon_sk,
    levering.regio,
    levering.domein,
    levering.basis,
    toewijzing.laatste_dag + {{ var('einddatum_ontbreekt_dagen') }} as datum
from {{ ref('int_plaatsing') }} as levering
inner join laatste_toewijzing as toewijzing
    on
        levering.persoon_sk = toewijzing.persoon_sk
        and levering.regio = toewijzing.regio
        and levering.domein = toewijzing.domein
cross join {{ ref('stg_levering__nacht') }} as nacht
where
    levering.basis = 'levering'
    and levering.e = date '{{ var("open_einde") }}'
    and levering.s <= toewijzing.laatste_dag
    and toewijzing.laatste_dag + {{ var('einddatum_ontbreekt_dagen') }} < nacht.afkap
