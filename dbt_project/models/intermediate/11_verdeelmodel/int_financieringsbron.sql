-- Which budget pays for a BW placement, from day to day (Q-35): [van, tot) without holes. No feed says it, so it is
-- `onbekend` unless a region fills seed financieringsbron; a row about the toewijzing goes before one about its
-- product.
with kandidaten as (
    select
        plaatsing_id,
        s as van,
        e as tot,
        'onbekend' as financieringsbron,
        3 as volgorde,
        null::date as geldig_van
    from {{ ref('int_plaatsing') }}
    where domein = 'BW'

    union all

    select
        plaatsing.plaatsing_id,
        greatest(plaatsing.s, bron.geldig_van) as van,
        least(plaatsing.e, bron.geldig_tot + 1) as tot,
        bron.financieringsbron,
        case bron.soort when 'toewijzing' then 1 else 2 end as volgorde,
        bron.geldig_van
    from {{ ref('int_plaatsing') }} as plaatsing
    inner join {{ ref('financieringsbron') }} as bron
        on
            bron.waarde = case bron.soort
                when 'toewijzing' then plaatsing.toewijzingnummer
                else plaatsing.product_code
            end
            and plaatsing.e > coalesce(bron.geldig_van, plaatsing.s)
            and plaatsing.s <= coalesce(bron.geldig_tot, plaatsing.s)
    where plaatsing.domein = 'BW'
),

delen as (
    {{ beste_per_interval('kandidaten', ['plaatsing_id'], 'kandidaat.volgorde, kandidaat.geldig_van desc nulls last') }}
)

select
    plaatsing_id,
    deel_van as van,
    deel_tot as tot,
    financieringsbron
from delen
