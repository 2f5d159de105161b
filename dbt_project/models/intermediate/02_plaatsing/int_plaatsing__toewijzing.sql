-- BW toewijzing: DAV one placement per granted SDD indicatie, CG one per ToewijzingNummer of a 301 from a
-- gemeente in CG, and the PGB stays of CG, which have no message traffic (definitions, D.0).
select
    'sdd' as leverancier,
    indicatie.persoon_sk,
    indicatie.indicatie_nummer as toewijzingnummer,
    coalesce(indicatie.product_code, 'ONBEKEND') as product_code,
    coalesce(indicatie.aanbieder_agb, 'onbekend') as aanbieder,
    indicatie.leveringsvorm,
    indicatie.ingangsdatum as eerste_dag,
    indicatie.einddatum as laatste_dag,
    'DAV' as regio,
    indicatie.gemeente_herkomst as herkomst_code,
    indicatie.herkomst_methode,
    indicatie.indicatie_nummer as sleutel_nummer
from {{ ref('stg_sdd__indicaties') }} as indicatie
where indicatie.besluit = 'toegekend'

union all

select
    bericht.aanbieder as leverancier,
    bericht.persoon_sk,
    bericht.toewijzingnummer,
    coalesce(bericht.product_code, 'ONBEKEND') as product_code,
    bericht.aanbieder,
    'ZIN' as leveringsvorm,
    bericht.ingangsdatum as eerste_dag,
    bericht.einddatum as laatste_dag,
    'CG' as regio,
    bericht.eerste_afzender as herkomst_code,
    3 as herkomst_methode,
    bericht.toewijzingnummer as sleutel_nummer
from {{ ref('int_wmo301__laatste') }} as bericht
inner join {{ ref('int_gemeente__indeling') }} as indeling
    on bericht.afzender = indeling.gemeente_code
where indeling.regio = 'CG'

union all

select
    verblijf.leverancier,
    verblijf.persoon_sk,
    verblijf.toewijzingnummer,
    verblijf.product_code,
    verblijf.leverancier as aanbieder,
    verblijf.leveringsvorm,
    verblijf.eerste_dag,
    verblijf.laatste_dag,
    verblijf.regio,
    verblijf.herkomst_code,
    verblijf.herkomst_methode,
    verblijf.verblijf_id as sleutel_nummer
from {{ ref('int_plaatsing__bw_verblijf') }} as verblijf
where
    verblijf.regio = 'CG'
    and verblijf.leveringsvorm = 'PGB'
