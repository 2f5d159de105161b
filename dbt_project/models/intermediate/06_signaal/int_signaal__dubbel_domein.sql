-- Q-05: beschermd wonen and opvang at the same time. Both domains count; the signal stands with BW, the main domain
-- of the keten, on the first common day. At the same time = in stand of both on one midnight (D.8), so a day on
-- which one takes over from the other is none.
select
    'dubbel_domein' as signaal,
    wonen.persoon_sk,
    wonen.regio,
    wonen.domein,
    wonen.basis,
    greatest(wonen.s, opvang.s) as datum
from {{ ref('int_episode') }} as wonen
inner join {{ ref('int_episode') }} as opvang
    on
        wonen.persoon_sk = opvang.persoon_sk
        and opvang.domein = 'MO'
        and least(wonen.e, opvang.e) - greatest(wonen.s, opvang.s) > 1
where
    wonen.domein = 'BW'
    and wonen.basis = 'levering'
    and wonen.perimeter = 'A'
