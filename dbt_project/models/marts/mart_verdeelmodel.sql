-- What each gemeente of a regio would get under a scenario of the verdeelmodel (definitions, Verdeelmodel
-- scenarios).
--
-- Read where the definitions are silent. Client-days are of BW, perimeter A, of `basisjaar`; MO and VO are no part
-- of it. `aandeel` is (1 − α)·h + α·o, and Σ over the gemeenten and pseudo-codes of a scenario and year is 1.
-- `bedrag` is that share of the budget after Wlz uitname; when the uitname is attributed by who goes over, the
-- share is of the budget before it and the gemeente's own part of the uitname comes off, so that `bedrag` may be
-- below zero. `verschil_historisch` is against the same year's budget divided as in history, so that it adds up to
-- 0; `verschil_eigen_kosten` against the costs of the gemeente's own clients by herkomst, in the volume of
-- `basisjaar` (NULL without a tariff).
select
    verdeling.scenario,
    verdeling.jaar,
    verdeling.gemeente_code,
    verdeling.regio,
    verdeling.aandeel_historisch::numeric(16, 15) as aandeel_historisch,
    verdeling.aandeel_objectief::numeric(16, 15) as aandeel_objectief,
    verdeling.alfa::numeric(16, 15) as alfa,
    verdeling.aandeel::numeric(16, 15) as aandeel,
    verdeling.bedrag::numeric(15, 2) as bedrag,
    (verdeling.bedrag - verdeling.bedrag_historisch)::numeric(15, 2) as verschil_historisch,
    (verdeling.bedrag - verdeling.eigen_kosten)::numeric(15, 2) as verschil_eigen_kosten,
    verdeling.status,
    verdeling.alfa_bron,
    verdeling.inwoners::integer as inwoners,
    actualiteit.bijgewerkt_tot
from {{ ref('int_verdeelmodel__verdeling') }} as verdeling
inner join {{ ref('int_verdeelmodel__scenario') }} as scenario
    on
        verdeling.scenario = scenario.scenario
        and verdeling.jaar = scenario.jaar
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        scenario.regio = actualiteit.regio
        and scenario.basis = actualiteit.basis
        and actualiteit.domein = 'BW'
