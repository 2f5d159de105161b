-- α = 0 is history and α = 1 the objective shares; in between every share lies on the line between them, and from
-- year to year it never turns back.
with stappen as (
    select
        verdeling.*,
        lag(alfa) over per_gemeente as vorige_alfa,
        lag(aandeel) over per_gemeente as vorig_aandeel
    from {{ ref('mart_verdeelmodel') }} as verdeling
    window per_gemeente as (partition by scenario, gemeente_code order by jaar)
)

select
    scenario,
    jaar,
    gemeente_code
from stappen
where
    alfa not between 0 and 1
    or alfa < vorige_alfa
    or (alfa = 0 and (aandeel <> aandeel_historisch or verschil_historisch <> 0))
    or (alfa = 1 and aandeel <> aandeel_objectief)
    or abs(aandeel - aandeel_historisch - alfa * (aandeel_objectief - aandeel_historisch)) > 1e-12
    or (aandeel - vorig_aandeel) * (aandeel_objectief - aandeel_historisch) < 0
