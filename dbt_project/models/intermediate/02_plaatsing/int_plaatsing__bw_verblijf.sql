-- BW levering without message traffic: one placement per row of `verblijven` with leveringsvorm PGB, or without
-- any 305 for its toewijzingnummer (definitions, D.0). Regio is that of the location's gemeente; of an unknown
-- location that of the toewijzing, else the supplier's; a location known to be elsewhere belongs to no regio of
-- ours.
with rijen as (
    select
        verblijf.*,
        locatie.gemeente as gemeente_locatie,
        coalesce(locatie.gemeente, '0000') in ('0000', '9999')
        or indeling.gemeente_code is null as plaats_onbekend,
        indeling.regio as regio_locatie
    from {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
    left join {{ ref('int_locatie__gemeente') }} as locatie
        on
            verblijf.leverancier = locatie.leverancier
            and verblijf.locatiecode = locatie.locatiecode
            and verblijf.eerste_dag >= locatie.van
            and verblijf.eerste_dag < locatie.tot
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on locatie.gemeente = indeling.gemeente_code
    where
        verblijf.leveringsvorm = 'PGB'
        or not exists (
            select 1
            from {{ ref('int_start') }} as start
            where start.toewijzingnummer = verblijf.toewijzingnummer
        )
)

select
    rijen.leverancier,
    rijen.persoon_sk,
    rijen.toewijzingnummer,
    rijen.verblijf_id,
    coalesce(rijen.product_code, toewijzing.product_code, 'ONBEKEND') as product_code,
    coalesce(rijen.leveringsvorm, 'onbekend') as leveringsvorm,
    rijen.eerste_dag,
    rijen.laatste_dag,
    case
        when rijen.plaats_onbekend then coalesce(toewijzing.regio, leverancier.regio)
        else rijen.regio_locatie
    end as regio,
    case
        when rijen.leveringsvorm = 'PGB' then indicatie.gemeente_herkomst
        else toewijzing.herkomst_code
    end as herkomst_code,
    case
        when rijen.leveringsvorm = 'PGB' then indicatie.herkomst_methode
        else toewijzing.herkomst_methode
    end as herkomst_methode,
    rijen.bestemming,
    rijen.gemeente_uitstroom
from rijen
left join {{ ref('int_toewijzing') }} as toewijzing
    on rijen.toewijzingnummer = toewijzing.toewijzingnummer
left join {{ ref('int_leverancier__regio') }} as leverancier
    on rijen.leverancier = leverancier.leverancier
left join lateral (
    -- "of an indicatie in force": of the same person on the first day
    select
        sdd.gemeente_herkomst,
        sdd.herkomst_methode
    from {{ ref('stg_sdd__indicaties') }} as sdd
    where
        sdd.persoon_sk = rijen.persoon_sk
        and sdd.besluit = 'toegekend'
        and sdd.ingangsdatum <= rijen.eerste_dag
        and (sdd.einddatum is null or sdd.einddatum >= rijen.eerste_dag)
    order by sdd.ingangsdatum desc, sdd.indicatie_nummer collate "C"
    limit 1
) as indicatie on true
