-- Every location: with what its supplier delivered about it, dated; one that is only named in a stay, as all of opvang
-- are, by its code alone. ONBEKEND is that of stays without a location.
with genoemd as (
    select
        leverancier,
        locatiecode
    from {{ ref('stg_zorgaanbieders__verblijven') }}

    union

    select
        verblijf.leverancier,
        verblijf.locatiecode
    from (
        {{ opvang_van_alle_leveranciers('verblijven') }}
    ) as verblijf
)

select
    locatie.leverancier as aanbieder,
    locatie.locatiecode,
    locatie.naam,
    'GM' || locatie.gemeente as gemeente_code_historisch,
    indeling.gemeente_code_2021 as gemeente_code,
    locatie.product_code,
    locatie.plaatsen,
    locatie.geldig_van,
    locatie.geldig_tot
from {{ ref('stg_zorgaanbieders__locaties') }} as locatie
left join {{ ref('int_gemeente__indeling') }} as indeling
    on locatie.gemeente = indeling.gemeente_code

union all

select
    genoemd.leverancier as aanbieder,
    genoemd.locatiecode,
    null as naam,
    null as gemeente_code_historisch,
    null as gemeente_code,
    null as product_code,
    null as plaatsen,
    null as geldig_van,
    null as geldig_tot
from genoemd
where
    genoemd.locatiecode is not null
    and not exists (
        select 1
        from {{ ref('stg_zorgaanbieders__locaties') }} as locatie
        where
            locatie.leverancier = genoemd.leverancier
            and locatie.locatiecode = genoemd.locatiecode
    )

union all

select
    '-' as aanbieder,
    'ONBEKEND' as locatiecode,
    'Onbekende locatie' as naam,
    null as gemeente_code_historisch,
    null as gemeente_code,
    null as product_code,
    null as plaatsen,
    null as geldig_van,
    null as geldig_tot
