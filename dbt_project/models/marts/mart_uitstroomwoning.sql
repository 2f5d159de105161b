-- Leavers with a need for a home followed to their lease (D.7, S-234): exits in basis levering, of
-- perimeter B, MO and VO, by herkomst. Who died or went to Wlz or a nursing home needs no home here and is left out
-- (Q-11; `geen_woningbehoefte`). Without a lease contractsoort is `geen` and zekerheid `-`.
select
    uitstroom.regio,
    uitstroom.herkomst as gemeente_code,
    date_part('year', uitstroom.datum)::integer as jaar,
    uitstroom.domein,
    coalesce(verhuring.contractsoort, 'geen') as contractsoort,
    coalesce(verhuring.zekerheid, '-') as zekerheid,
    count(*)::integer as aantal,
    least(actualiteit.bijgewerkt_tot, bijgewerkt.bijgewerkt_tot) as bijgewerkt_tot
from {{ ref('int_uitstroom') }} as uitstroom
left join {{ ref('int_koppeling__woning') }} as verhuring
    on uitstroom.episode_id = verhuring.episode_id
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        uitstroom.regio = actualiteit.regio
        and uitstroom.domein = actualiteit.domein
        and uitstroom.basis = actualiteit.basis
left join {{ ref('int_corporatie__actualiteit') }} as bijgewerkt
    on uitstroom.regio = bijgewerkt.regio
where
    uitstroom.basis = 'levering'
    and uitstroom.perimeter in ('{{ var("woonopgave_perimeter") }}', '-')
    and uitstroom.bestemming not in (
        {%- for bestemming in var('geen_woningbehoefte') %}
        '{{ bestemming }}'{{ ',' if not loop.last }}
        {%- endfor %}
    )
group by 1, 2, 3, 4, 5, 6, actualiteit.bijgewerkt_tot, bijgewerkt.bijgewerkt_tot
