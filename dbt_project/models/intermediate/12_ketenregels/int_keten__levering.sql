-- The signals on placements (06_signaal) that a supplier can mend, at the record of that supplier (Q-04, Q-08, Q-21).
-- One row per placement of basis levering that a rule applies to.
with levering as (
    select
        plaatsing.*,
        {{ feed_van_plaatsing('plaatsing') }} as feed,
        coalesce(plaatsing.verblijf_id, plaatsing.toewijzingnummer, plaatsing.sleutel_nummer) as record
    from {{ ref('int_plaatsing') }} as plaatsing
    where plaatsing.basis = 'levering'
),

zonder_einde as (
    select
        persoon_sk,
        regio,
        domein,
        min(datum) as datum
    from {{ ref('int_signaal__einddatum_ontbreekt') }}
    group by persoon_sk, regio, domein
)

select
    'keten.levering.overlap_aanbieders' as regel_id,
    levering.leverancier,
    levering.feed,
    levering.record,
    levering.regio,
    levering.domein,
    levering.persoon_sk,
    coalesce(min(signaal.datum), levering.s) as sinds,
    count(signaal.datum) > 0 as afwijkend
from levering
left join {{ ref('int_signaal__overlap_aanbieders') }} as signaal
    on
        levering.persoon_sk = signaal.persoon_sk
        and levering.regio = signaal.regio
        and levering.domein = signaal.domein
        and levering.basis = signaal.basis
        and levering.s <= signaal.datum
        and levering.e > signaal.datum
group by
    levering.plaatsing_id, levering.leverancier, levering.feed, levering.record, levering.regio, levering.domein,
    levering.persoon_sk, levering.s

union all

select
    'keten.levering.na_overlijden' as regel_id,
    levering.leverancier,
    levering.feed,
    levering.record,
    levering.regio,
    levering.domein,
    levering.persoon_sk,
    levering.overleden_op as sinds,
    coalesce(levering.geleverde_laatste_dag > levering.overleden_op, true) as afwijkend
from levering
where levering.overleden_op is not null

union all

select
    'keten.levering.einddatum_ontbreekt' as regel_id,
    levering.leverancier,
    levering.feed,
    levering.record,
    levering.regio,
    levering.domein,
    levering.persoon_sk,
    coalesce(signaal.datum, levering.s) as sinds,
    signaal.datum is not null as afwijkend
from levering
left join zonder_einde as signaal
    on
        levering.persoon_sk = signaal.persoon_sk
        and levering.regio = signaal.regio
        and levering.domein = signaal.domein
where
    levering.domein = 'BW'
    and levering.e = date '{{ var("open_einde") }}'
