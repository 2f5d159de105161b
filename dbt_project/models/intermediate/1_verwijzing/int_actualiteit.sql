-- Up to where every contributing feed has delivered, per regio, domein and basis (marts.md, `bijgewerkt_tot`).
-- A supplier counts up to the earliest of the latest leverdata of its nightly feeds; one without any, up to its
-- latest file.
with laatste_per_feed as (
    select
        leverancier,
        feed,
        max(leverdatum) as leverdatum
    from {{ source('levering', 'bestanden') }}
    -- a mutation file with the bytes of an earlier one (nothing new today) was delivered all the same
    where status in ('geaccepteerd', 'dubbel', 'vervangen')
    group by leverancier, feed
),

per_leverancier as (
    select
        leverancier,
        coalesce(
            min(leverdatum) filter (
                where feed in (
                    'sdd_indicaties', 'vggm_aanmeldingen', 'vggm_verblijven', 'verblijven', 'aanmeldingen', 'opvang'
                )
            ),
            max(leverdatum)
        ) as bijgewerkt_tot
    from laatste_per_feed
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
