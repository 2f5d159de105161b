-- "Its toewijzing": one row per number, the SDD indicatie of that number, else the 301 (definitions, D.0).
-- Herkomst of a 301 is the gemeente of the local toegang that sent it first, method 3 (deliveries.md).
with indicaties as (
    select
        indicatie_nummer as toewijzingnummer,
        'sdd' as bron,
        product_code,
        gemeente_herkomst as herkomst_code,
        herkomst_methode,
        'DAV' as regio
    from {{ ref('stg_sdd__indicaties') }}
),

berichten as (
    select
        bericht.toewijzingnummer,
        'wmo301' as bron,
        bericht.product_code,
        bericht.eerste_afzender as herkomst_code,
        3 as herkomst_methode,
        indeling.regio
    from {{ ref('int_wmo301__laatste') }} as bericht
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on bericht.afzender = indeling.gemeente_code
)

select * from indicaties

union all

select *
from berichten
where not exists (
    select 1
    from indicaties
    where indicaties.toewijzingnummer = berichten.toewijzingnummer
)
