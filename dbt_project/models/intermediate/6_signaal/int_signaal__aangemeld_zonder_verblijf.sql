-- Q-38, D.12: an aanmelding for opvang without a single night up to the end of the last complete month is a class of
-- its own, on the day of the aanmelding. Reports (veldwerk) and ambulant help are no aanmelding for a stay. An
-- aanmelding belongs to the regio of most of its supplier's stays (D.0).
with aanmeldingen as (
    select * from {{ ref('stg_vggm__aanmeldingen') }}
    union all
    select * from {{ ref('stg_zorgaanbieders__aanmeldingen') }}
),

verblijven as (
    select * from {{ ref('stg_vggm__verblijven') }}
    union all
    select * from {{ ref('stg_zorgaanbieders__opvang') }}
)

select
    'aangemeld_zonder_verblijf' as signaal,
    aanmelding.persoon_sk,
    case aanmelding.leverancier when 'vggm' then 'CG' else leverancier.regio end as regio,
    case aanmelding.opvangsoort when 'vrouwenopvang' then 'VO' else 'MO' end as domein,
    'levering' as basis,
    aanmelding.aanmelddatum as datum
from aanmeldingen as aanmelding
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_leverancier__regio') }} as leverancier
    on aanmelding.leverancier = leverancier.leverancier
where
    aanmelding.aanmelddatum < nacht.afkap
    and aanmelding.opvangsoort not in ('veldwerk', 'ambulant')
    and aanmelding.rol is distinct from 'kind'
    and (aanmelding.leverancier = 'vggm' or leverancier.regio is not null)
    and not exists (
        select 1
        from verblijven as verblijf
        where
            verblijf.leverancier = aanmelding.leverancier
            and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
            and verblijf.voorziening in ('nachtopvang', '24uursopvang', 'crisisopvang', 'vrouwenopvang')
            and verblijf.eerste_nacht < nacht.afkap
    )
