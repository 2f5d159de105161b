-- Q-08: care that runs on in the administration after death is a data error, on the day of death. The placement itself
-- is cut there. A toewijzing that was granted for longer is none.
select
    'staart_na_overlijden' as signaal,
    persoon_sk,
    regio,
    domein,
    basis,
    overleden_op as datum
from {{ ref('int_plaatsing') }}
where
    basis = 'levering'
    and overleden_op is not null
    and (geleverde_laatste_dag is null or geleverde_laatste_dag > overleden_op)
