-- Occupied days per location: one row per main segment (levering; perimeter A of BW, MO, VO), stretch of one capacity
-- row and month. What the spec leaves open is chosen so that a location has one row and shows how full it is:
-- - a location is that of its supplier, in its own gemeente and regio, whatever regio its clients are of; in neither
--   region or unknown it is of the supplier's regio, else the client's. One that is in no locaties file has the
--   client's regio and gemeente of verblijf;
-- - days count under the product of the capacity they occupy: that of the row for the client's product, else `alle`
--   (a row without a product is for all). Days on which the location is not open (for that product) stay, with
--   `open` false, under the product of the row it has at other times; at an unknown location under the client's.
with segmenten as (
    select
        episode_id,
        persoon_sk,
        regio,
        verblijf,
        aanbieder,
        locatiecode,
        product_code,
        s,
        e
    from {{ ref('int_episode__segment') }}
    where
        basis = 'levering'
        and perimeter in ('A', '-')
),

locaties as (
    select distinct
        leverancier,
        locatiecode,
        coalesce(product_code, 'alle') as product_code
    from {{ ref('stg_zorgaanbieders__locaties') }}
),

bekend as (
    select distinct
        leverancier,
        locatiecode
    from locaties
),

kandidaten as (
    select
        segment.episode_id,
        segment.s,
        segment.s as van,
        segment.e as tot,
        coalesce(eigen.product_code, alle.product_code, segment.product_code) as capaciteit_product,
        case when bekend.leverancier is null then 'onbekend' else 'gesloten' end as toestand,
        9 as voorrang
    from segmenten as segment
    left join locaties as eigen
        on
            segment.aanbieder = eigen.leverancier
            and segment.locatiecode = eigen.locatiecode
            and segment.product_code = eigen.product_code
    left join locaties as alle
        on
            segment.aanbieder = alle.leverancier
            and segment.locatiecode = alle.locatiecode
            and alle.product_code = 'alle'
    left join bekend
        on
            segment.aanbieder = bekend.leverancier
            and segment.locatiecode = bekend.locatiecode

    union all

    select
        segment.episode_id,
        segment.s,
        greatest(segment.s, capaciteit.van) as van,
        least(segment.e, capaciteit.tot) as tot,
        capaciteit.product_code as capaciteit_product,
        'open' as toestand,
        case capaciteit.product_code when 'alle' then 2 else 1 end as voorrang
    from segmenten as segment
    inner join {{ ref('int_capaciteit__plaatsen') }} as capaciteit
        on
            segment.aanbieder = capaciteit.aanbieder
            and segment.locatiecode = capaciteit.locatiecode
            and capaciteit.product_code in (segment.product_code, 'alle')
            and segment.s < capaciteit.tot
            and segment.e > capaciteit.van
),

beste as (
    {{ beste_per_interval('kandidaten', ['episode_id', 's'], 'kandidaat.voorrang') }}
),

delen as (
    select
        segment.*,
        beste.capaciteit_product,
        beste.toestand,
        maand.maand,
        greatest(beste.deel_van, maand.maand) as deel_van,
        least(beste.deel_tot, maand.volgende_maand) as deel_tot
    from beste
    inner join segmenten as segment
        on
            beste.episode_id = segment.episode_id
            and beste.s = segment.s
    inner join {{ ref('int_maand') }} as maand
        on
            beste.deel_van < maand.volgende_maand
            and beste.deel_tot > maand.maand
)

select
    delen.episode_id,
    delen.persoon_sk,
    delen.maand,
    delen.deel_van,
    delen.aanbieder,
    coalesce(delen.locatiecode, 'ONBEKEND') as locatiecode,
    delen.capaciteit_product as product_code,
    delen.toestand,
    delen.deel_tot - delen.deel_van as dagen,
    case
        when delen.toestand = 'onbekend' then delen.regio
        else coalesce(indeling.regio, leverancier.regio, delen.regio)
    end as regio,
    case
        when delen.toestand = 'onbekend' then delen.verblijf
        else {{ gemeente_in_regio('locatie.gemeente', 'indeling', 'indeling.regio') }}
    end as gemeente_code
from delen
left join {{ ref('int_locatie__gemeente') }} as locatie
    on
        delen.aanbieder = locatie.leverancier
        and delen.locatiecode = locatie.locatiecode
        and delen.deel_van >= locatie.van
        and delen.deel_van < locatie.tot
left join {{ ref('int_gemeente__indeling') }} as indeling
    on locatie.gemeente = indeling.gemeente_code
left join {{ ref('int_leverancier__regio') }} as leverancier
    on delen.aanbieder = leverancier.leverancier
