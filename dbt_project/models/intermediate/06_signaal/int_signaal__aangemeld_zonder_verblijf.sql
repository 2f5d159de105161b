-- Q-38, D.12: an aanmelding for opvang without a single night up to the end of the last complete month, on the day of
-- the aanmelding. Reports (veldwerk) and ambulant help are no aanmelding for a stay, and children are no clients
-- (Q-27). Nothing counts after death (D.0), neither a night nor an aanmelding.
with verblijven as (
    select * from {{ ref('stg_vggm__verblijven') }}
    union all
    select * from {{ ref('stg_zorgaanbieders__opvang') }}
)

select
    'aangemeld_zonder_verblijf' as signaal,
    aanmelding.persoon_sk,
    aanmelding.regio,
    case aanmelding.opvangsoort when 'vrouwenopvang' then 'VO' else 'MO' end as domein,
    'levering' as basis,
    aanmelding.aanmelddatum as datum
from {{ ref('int_opvang__aanmelding') }} as aanmelding
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_overlijden') }} as overlijden
    on aanmelding.persoon_sk = overlijden.persoon_sk
where
    aanmelding.aanmelddatum < least(nacht.afkap, overlijden.overleden_op + 1)
    and aanmelding.opvangsoort not in ('veldwerk', 'ambulant')
    and aanmelding.rol <> 'kind'
    and not exists (
        select 1
        from verblijven as verblijf
        where
            verblijf.leverancier = aanmelding.leverancier
            and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
            and verblijf.voorziening in ('nachtopvang', '24uursopvang', 'crisisopvang', 'vrouwenopvang')
            and verblijf.eerste_nacht < least(nacht.afkap, overlijden.overleden_op + 1)
    )
