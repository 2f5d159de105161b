-- Length of stay in days of episodes (D.9), three kinds that are never averaged together. How silent points are read:
-- - afgerond: e - s of episodes whose last day is in the month, under the product and verblijf of that day, as in
--   mart_uitstroom. A bridged gap is part of the episode.
-- - lopend: b - s of the episodes in stand on midnight b at the end of the month, under the product and verblijf of the
--   night before, as in mart_bezetting.
-- - afgekapt: the episodes of both that began on or before the first day of the data (`begin_gegevens`): how long they
--   lasted is not known, only how many there are.
with duren as (
    select
        uitstroom.regio,
        uitstroom.herkomst,
        uitstroom.verblijf,
        uitstroom.maand,
        uitstroom.domein,
        uitstroom.perimeter,
        uitstroom.basis,
        uitstroom.product_code,
        'afgerond' as soort,
        episode.s,
        episode.e - episode.s as dagen
    from {{ ref('int_uitstroom') }} as uitstroom
    inner join {{ ref('int_episode') }} as episode
        on uitstroom.episode_id = episode.episode_id

    union all

    select
        stand.regio,
        stand.herkomst,
        stand.verblijf,
        stand.maand,
        stand.domein,
        stand.perimeter,
        stand.basis,
        stand.product_code,
        'lopend' as soort,
        episode.s,
        stand.peildatum - episode.s as dagen
    from {{ ref('int_stand') }} as stand
    inner join {{ ref('int_episode') }} as episode
        on stand.episode_id = episode.episode_id
),

gesoorteerd as (
    select
        regio,
        herkomst,
        verblijf,
        maand,
        domein,
        perimeter,
        basis,
        product_code,
        case when s <= date '{{ var("begin_gegevens") }}' then 'afgekapt' else soort end as soort,
        case when s > date '{{ var("begin_gegevens") }}' then dagen end as dagen
    from duren
)

select
    duur.regio,
    gemeente.gemeente_basis,
    gemeente.gemeente_code,
    duur.maand,
    duur.domein,
    duur.perimeter,
    duur.basis,
    duur.product_code,
    duur.soort,
    count(*)::integer as n,
    avg(duur.dagen) as dagen_gemiddeld,
    {{ percentielen('duur.dagen', [10, 25, 50, 75, 90]) }},
    actualiteit.bijgewerkt_tot
from gesoorteerd as duur
{{ beide_gemeente_bases('duur.herkomst', 'duur.verblijf') }}
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        duur.regio = actualiteit.regio
        and duur.domein = actualiteit.domein
        and duur.basis = actualiteit.basis
group by
    duur.regio, gemeente.gemeente_basis, gemeente.gemeente_code, duur.maand, duur.domein, duur.perimeter, duur.basis,
    duur.product_code, duur.soort, actualiteit.bijgewerkt_tot
