-- One main placement per person-day per regio, domein, basis and perimeter (D.2.2).
select
    een.persoon_sk,
    een.s
from {{ ref('int_hoofdsegment') }} as een
inner join {{ ref('int_hoofdsegment') }} as ander
    on
        een.persoon_sk = ander.persoon_sk
        and een.regio = ander.regio
        and een.domein = ander.domein
        and een.basis = ander.basis
        and een.perimeter = ander.perimeter
        and een.s < ander.e
        and een.e > ander.s
        and (een.s, een.plaatsing_id) < (ander.s, ander.plaatsing_id)
