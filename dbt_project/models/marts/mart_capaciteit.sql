-- Places against occupied days per location (D.8). One row per location, month and product of its capacity (`alle`
-- where the capacity names none), where there are places or occupied days. How days find their capacity stands in
-- int_capaciteit__dagen. Choices where the definitions are silent:
-- - plaatsen is the number on the last day of the month on which the location is open; capaciteitsdagen adds it up day
--   by day, so that a location that grows or closes within the month is judged rightly;
-- - bezettingsgraad = bezette_dagen / capaciteitsdagen, a ratio (1 is full) on all days at the location;
-- - a known location that is not open in the month has 0 places and no bezettingsgraad (`gesloten`); one in no locaties
--   file, or without a number of places, has NULL (`niet_geleverd`): VGGM and PGB without a location among them.
with plaatsen_per_maand as (
    select
        capaciteit.aanbieder,
        capaciteit.locatiecode,
        capaciteit.product_code,
        capaciteit.plaatsen,
        maand.maand,
        greatest(capaciteit.van, locatie.van, maand.maand) as van,
        least(capaciteit.tot, locatie.tot, maand.volgende_maand) as tot,
        coalesce(indeling.regio, leverancier.regio) as regio,
        {{ gemeente_in_regio('locatie.gemeente', 'indeling', 'indeling.regio') }} as gemeente_code
    from {{ ref('int_capaciteit__plaatsen') }} as capaciteit
    inner join {{ ref('int_locatie__gemeente') }} as locatie
        on
            capaciteit.aanbieder = locatie.leverancier
            and capaciteit.locatiecode = locatie.locatiecode
            and capaciteit.van < locatie.tot
            and capaciteit.tot > locatie.van
    inner join {{ ref('int_maand') }} as maand
        on
            greatest(capaciteit.van, locatie.van) < maand.volgende_maand
            and least(capaciteit.tot, locatie.tot) > maand.maand
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on locatie.gemeente = indeling.gemeente_code
    left join {{ ref('int_leverancier__regio') }} as leverancier
        on capaciteit.aanbieder = leverancier.leverancier
),

capaciteiten as (
    select
        regio,
        gemeente_code,
        maand,
        aanbieder,
        locatiecode,
        product_code,
        (array_agg(plaatsen order by van desc))[1] as plaatsen,
        case when count(*) = count(plaatsen) then sum(plaatsen * (tot - van)) end as capaciteitsdagen
    from plaatsen_per_maand
    where regio is not null
    group by regio, gemeente_code, maand, aanbieder, locatiecode, product_code
),

bezet as (
    select
        regio,
        gemeente_code,
        maand,
        aanbieder,
        locatiecode,
        product_code,
        count(distinct persoon_sk) as clienten,
        sum(dagen) as bezette_dagen,
        sum(dagen) filter (where toestand = 'gesloten') as dagen_gesloten,
        bool_or(toestand = 'onbekend') as onbekend
    from {{ ref('int_capaciteit__dagen') }}
    group by regio, gemeente_code, maand, aanbieder, locatiecode, product_code
),

samen as (
    select
        regio,
        gemeente_code,
        maand,
        aanbieder,
        locatiecode,
        product_code,
        case
            when bezet.onbekend then 'niet_geleverd'
            when capaciteiten.locatiecode is null then 'gesloten'
            when capaciteiten.capaciteitsdagen is null then 'niet_geleverd'
            else 'open'
        end as capaciteit_status,
        capaciteiten.plaatsen,
        capaciteiten.capaciteitsdagen,
        coalesce(bezet.clienten, 0) as clienten,
        coalesce(bezet.bezette_dagen, 0) as bezette_dagen,
        coalesce(bezet.dagen_gesloten, 0) as dagen_gesloten
    from capaciteiten
    full join bezet using (regio, gemeente_code, maand, aanbieder, locatiecode, product_code)
    where
        coalesce(capaciteiten.plaatsen, 0) > 0
        or bezet.bezette_dagen > 0
),

per_leverancier as (
    select
        leverancier,
        coalesce(
            min(laatste_leverdatum) filter (where frequentie = 'nacht'),
            max(laatste_leverdatum)
        ) as bijgewerkt_tot
    from {{ ref('stg_levering__actualiteit') }}
    group by leverancier
)

select
    samen.regio,
    samen.gemeente_code,
    samen.maand,
    samen.aanbieder,
    samen.locatiecode as locatie,
    samen.product_code,
    samen.capaciteit_status,
    case samen.capaciteit_status when 'gesloten' then 0 else samen.plaatsen end as plaatsen,
    (case samen.capaciteit_status when 'gesloten' then 0 else samen.capaciteitsdagen end)::integer
        as capaciteitsdagen,
    samen.clienten::integer as clienten,
    samen.bezette_dagen::integer as bezette_dagen,
    samen.bezette_dagen::numeric / nullif(samen.capaciteitsdagen, 0) as bezettingsgraad,
    case samen.capaciteit_status
        when 'gesloten' then samen.bezette_dagen::integer
        when 'open' then greatest(samen.bezette_dagen - samen.capaciteitsdagen, 0)::integer
    end as dagen_boven_capaciteit,
    samen.dagen_gesloten::integer as dagen_gesloten,
    per_leverancier.bijgewerkt_tot
from samen
left join per_leverancier
    on samen.aanbieder = per_leverancier.leverancier
