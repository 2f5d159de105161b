-- What the rule of Dannenberg would let leave of the stand in perimeter B (D.10), under each named scenario: the rule
-- says two thirds, several regions reckon one third by it (X-04), so a figure never stands without its factor.
-- Levering, by herkomst.
select
    stand.regio,
    stand.herkomst as gemeente_code,
    stand.maand,
    scenario.scenario,
    scenario.factor_teller || '/' || scenario.factor_noemer as factor,
    count(*)::integer as stand_b,
    count(*) * scenario.factor_teller / scenario.factor_noemer::numeric as potentieel,
    actualiteit.bijgewerkt_tot
from {{ ref('int_stand') }} as stand
cross join {{ ref('dannenberg') }} as scenario
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        stand.regio = actualiteit.regio
        and stand.domein = actualiteit.domein
        and stand.basis = actualiteit.basis
where
    stand.domein = 'BW'
    and stand.basis = 'levering'
    and stand.perimeter = 'B'
group by
    stand.regio, stand.herkomst, stand.maand, scenario.scenario, scenario.factor_teller, scenario.factor_noemer,
    actualiteit.bijgewerkt_tot
