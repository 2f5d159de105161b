-- Numbers that should be one's own (TR056, TR332). One row per number and supplier.
with berichten as (
    select
        'wmo301' as feed,
        leverancier,
        afzender,
        identificatie,
        levering_id,
        leverdatum
    from {{ ref('stg_zorgaanbieders__wmo301') }}

    union all

    select
        'wmo305' as feed,
        leverancier,
        leverancier as afzender,
        identificatie,
        levering_id,
        leverdatum
    from {{ ref('stg_zorgaanbieders__wmo305') }}

    union all

    select
        'wmo307' as feed,
        leverancier,
        leverancier as afzender,
        identificatie,
        levering_id,
        leverdatum
    from {{ ref('stg_zorgaanbieders__wmo307') }}
),

gebruik as (
    select
        toewijzingnummer,
        count(distinct persoon_sk) as personen
    from {{ ref('stg_zorgaanbieders__wmo301') }}
    group by toewijzingnummer
)

select
    'keten.bericht.identificatie_dubbel' as regel_id,
    berichten.leverancier,
    berichten.feed,
    berichten.afzender || ' ' || berichten.identificatie as record,
    min(leverancier.regio) as regio,
    'BW' as domein,
    null as persoon_sk,
    max(berichten.leverdatum) as sinds,
    count(distinct berichten.levering_id) > 1 as afwijkend
from berichten
left join {{ ref('int_leverancier__regio') }} as leverancier
    on berichten.leverancier = leverancier.leverancier
where berichten.identificatie is not null
group by berichten.feed, berichten.leverancier, berichten.afzender, berichten.identificatie

union all

select
    'keten.toewijzing.nummer_niet_uniek' as regel_id,
    bericht.leverancier,
    'wmo301' as feed,
    bericht.toewijzingnummer as record,
    min(indeling.regio) as regio,
    'BW' as domein,
    min(bericht.persoon_sk) as persoon_sk,
    min(bericht.toewijzingsdatum) as sinds,
    bool_or(gebruik.personen > 1) as afwijkend
from {{ ref('stg_zorgaanbieders__wmo301') }} as bericht
inner join gebruik
    on bericht.toewijzingnummer = gebruik.toewijzingnummer
left join {{ ref('int_gemeente__indeling') }} as indeling
    on bericht.afzender = indeling.gemeente_code
group by bericht.leverancier, bericht.toewijzingnummer
