-- Up to where every contributing feed has delivered, per regio, domein and basis (marts.md, `bijgewerkt_tot`).
-- A supplier counts up to the earliest of the latest leverdata of its nightly feeds; one without any, up to its
-- latest file.
with per_leverancier as (
    select
        leverancier,
        coalesce(
            min(laatste_leverdatum) filter (where frequentie = 'nacht'),
            max(laatste_leverdatum)
        ) as bijgewerkt_tot
    from {{ ref('stg_levering__actualiteit') }}
    -- the waiting list contributes to none of the marts that use this
    where feed <> 'sdd_wachtlijst'
    group by leverancier
),

bijdragen as (
    select distinct
        regio,
        domein,
        basis,
        leverancier
    from {{ ref('int_plaatsing') }}

    union

    -- the indicaties decide the herkomst of DAV's placements
    select distinct
        regio,
        domein,
        basis,
        'sdd' as leverancier
    from {{ ref('int_plaatsing') }}
    where regio = 'DAV' and domein = 'BW'
)

select
    bijdragen.regio,
    bijdragen.domein,
    bijdragen.basis,
    min(per_leverancier.bijgewerkt_tot) as bijgewerkt_tot
from bijdragen
inner join per_leverancier
    on bijdragen.leverancier = per_leverancier.leverancier
group by bijdragen.regio, bijdragen.domein, bijdragen.basis
