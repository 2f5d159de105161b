-- Q-04: two placements at two providers that overlap more than 14 days. One is main, both stay in `int_plaatsing`. On
-- the first common day; what is still open runs to the end of the last complete month (settled detail 13).
select
    'overlap_aanbieders' as signaal,
    een.persoon_sk,
    een.regio,
    een.domein,
    een.basis,
    greatest(een.s, ander.s) as datum
from {{ ref('int_plaatsing') }} as een
inner join {{ ref('int_plaatsing') }} as ander
    on
        een.persoon_sk = ander.persoon_sk
        and een.regio = ander.regio
        and een.domein = ander.domein
        and een.basis = ander.basis
        and een.aanbieder < ander.aanbieder
cross join {{ ref('stg_levering__nacht') }} as nacht
where
    least(een.e, ander.e, nacht.afkap) - greatest(een.s, ander.s) > {{ var('overlap_signaal_dagen') }}
