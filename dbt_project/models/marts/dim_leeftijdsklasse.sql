select
    leeftijdsklasse,
    leeftijd_van,
    leeftijd_tot_en_met,
    volgorde
from {{ ref('leeftijdsklasse') }}
