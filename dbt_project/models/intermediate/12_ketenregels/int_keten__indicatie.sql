-- What a start says against the indicatie or toewijzing of its number (TR019, Q-20, D.0). One row per record that a
-- rule applies to: a start always has to have a toewijzing, and can only differ from one that is known.
with toewijzingen as (
    select
        indicatie_nummer as toewijzingnummer,
        product_code,
        ingangsdatum
    from {{ ref('stg_sdd__indicaties') }}
    where besluit = 'toegekend'

    union all

    select
        bericht.toewijzingnummer,
        bericht.product_code,
        bericht.ingangsdatum
    from {{ ref('int_wmo301__laatste') }} as bericht
    where
        not exists (
            select 1
            from {{ ref('stg_sdd__indicaties') }} as indicatie
            where
                indicatie.indicatie_nummer = bericht.toewijzingnummer
                and indicatie.besluit = 'toegekend'
        )
),

starts as (
    select
        start.*,
        coalesce(start.toewijzingnummer, 'zonder nummer, begin ' || start.begindatum) as record,
        indeling.regio
    from {{ ref('int_start') }} as start
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on start.ontvanger = indeling.gemeente_code
)

select
    'keten.start.zonder_indicatie' as regel_id,
    starts.leverancier,
    'wmo305' as feed,
    starts.record,
    starts.regio,
    'BW' as domein,
    starts.persoon_sk,
    starts.begindatum as sinds,
    toewijzing.toewijzingnummer is null as afwijkend
from starts
left join {{ ref('int_toewijzing') }} as toewijzing
    on starts.toewijzingnummer = toewijzing.toewijzingnummer

union all

select
    'keten.start.voor_indicatie' as regel_id,
    starts.leverancier,
    'wmo305' as feed,
    starts.record,
    starts.regio,
    'BW' as domein,
    starts.persoon_sk,
    starts.begindatum as sinds,
    toewijzing.ingangsdatum - starts.begindatum > {{ var('start_voor_toewijzing_dagen') }} as afwijkend
from starts
inner join toewijzingen as toewijzing
    on starts.toewijzingnummer = toewijzing.toewijzingnummer

union all

select
    'keten.start.ander_product' as regel_id,
    starts.leverancier,
    'wmo305' as feed,
    starts.record,
    starts.regio,
    'BW' as domein,
    starts.persoon_sk,
    starts.begindatum as sinds,
    starts.product <> toewijzing.product_code as afwijkend
from starts
inner join toewijzingen as toewijzing
    on starts.toewijzingnummer = toewijzing.toewijzingnummer
where toewijzing.product_code is not null

union all

select
    'keten.indicatie.andere_aanbieder' as regel_id,
    'sdd' as leverancier,
    'sdd_indicaties' as feed,
    indicatie.indicatie_nummer as record,
    'DAV' as regio,
    'BW' as domein,
    indicatie.persoon_sk,
    starts.begindatum as sinds,
    starts.leverancier <> indicatie.aanbieder_agb as afwijkend
from {{ ref('stg_sdd__indicaties') }} as indicatie
inner join starts
    on indicatie.indicatie_nummer = starts.toewijzingnummer
where indicatie.aanbieder_agb is not null
