-- Σ over the gemeenten of each share is 1 ± 1e-9, per scenario and year.
select
    scenario,
    jaar
from {{ ref('mart_verdeelmodel') }}
group by scenario, jaar
having
    abs(sum(aandeel) - 1) > 1e-9
    or abs(sum(aandeel_historisch) - 1) > 1e-9
    or abs(sum(aandeel_objectief) - 1) > 1e-9
