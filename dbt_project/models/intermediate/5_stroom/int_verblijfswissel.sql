-- One row per change of gemeente van verblijf inside an episode, on the first day in the new one (Q-10, settled
-- detail 7).
select
    episode_id,
    persoon_sk,
    regio,
    domein,
    basis,
    perimeter,
    s as datum,
    date_trunc('month', s)::date as maand,
    vorig_verblijf as van_verblijf,
    verblijf as naar_verblijf
from {{ ref('int_episode__segment') }}
where
    not is_eerste
    and verblijf <> vorig_verblijf
