-- Q-22: beschermd wonen before the 18th birthday is a data error, on the first day. One row per episode in perimeter A;
-- born on 29 February = 18 on 1 March.
select
    'jonger_dan_18' as signaal,
    episode.persoon_sk,
    episode.regio,
    episode.domein,
    episode.basis,
    episode.s as datum
from {{ ref('int_episode') }} as episode
inner join {{ ref('int_persoon__geboortedatum') }} as persoon
    on episode.persoon_sk = persoon.persoon_sk
where
    episode.domein = 'BW'
    and episode.perimeter = 'A'
    and {{ leeftijd('persoon.geboortedatum', 'episode.s') }} < 18
