-- Clients of a year in BW by what the SDD recorded at their indicatie: grondslag, income and other help (S-197 to
-- S-200). Only DAV has an access point that delivers these. Of a client with several granted indicaties the one that
-- began last speaks, by the end of the year and of what is known (the last complete month, settled detail 13; death).
with clienten as (
    select distinct
        regio,
        jaar,
        perimeter,
        basis,
        persoon_sk
    from {{ ref('int_clientdagen') }}
    where
        domein = 'BW'
        and regio = 'DAV'
),

kenmerken as (
    select distinct on (clienten.regio, clienten.jaar, clienten.perimeter, clienten.basis, clienten.persoon_sk)
        clienten.regio,
        clienten.jaar,
        clienten.perimeter,
        clienten.basis,
        clienten.persoon_sk,
        indicatie.grondslag,
        indicatie.inkomstenbron,
        indicatie.andere_hulp
    from clienten
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_overlijden') }} as overlijden
        on clienten.persoon_sk = overlijden.persoon_sk
    left join {{ ref('stg_sdd__indicaties') }} as indicatie
        on
            clienten.persoon_sk = indicatie.persoon_sk
            and indicatie.besluit = 'toegekend'
            and indicatie.ingangsdatum
            < least(make_date(clienten.jaar + 1, 1, 1), nacht.afkap, overlijden.overleden_op + 1)
    order by
        clienten.regio, clienten.jaar, clienten.perimeter, clienten.basis, clienten.persoon_sk,
        indicatie.ingangsdatum desc nulls last, indicatie.indicatie_nummer collate "C"
)

select
    kenmerken.regio,
    kenmerken.jaar,
    kenmerken.perimeter,
    kenmerken.basis,
    kenmerk.kenmerk,
    coalesce(kenmerk.waarde, 'onbekend') as waarde,
    count(*)::integer as unieke_clienten,
    actualiteit.bijgewerkt_tot
from kenmerken
cross join
    lateral (
        values
        ('grondslag', kenmerken.grondslag),
        ('inkomstenbron', kenmerken.inkomstenbron),
        ('andere_hulp', kenmerken.andere_hulp)
    ) as kenmerk (kenmerk, waarde)
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        kenmerken.regio = actualiteit.regio
        and kenmerken.basis = actualiteit.basis
        and actualiteit.domein = 'BW'
group by 1, 2, 3, 4, 5, 6, actualiteit.bijgewerkt_tot
