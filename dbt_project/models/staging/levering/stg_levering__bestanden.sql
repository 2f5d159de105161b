-- Deliveries that count as of the night: accepted and judged by then. `is_laatste` marks the snapshot in force of a
-- supplier and feed: the latest leverdatum, of which a correction taken in later has already replaced the earlier
-- file (status vervangen). `inhoud_leverdatum` and `inhoud_bestand` are of the earliest file with these bytes, also
-- when that one came later and so was dubbel: order of arrival has no meaning (deliveries.md).
with bekend as (
    select
        bestand.*,
        stand.status as stand,
        first_value(bestand.leverdatum) over zelfde_inhoud as eerste_leverdatum,
        first_value(bestand.bestand) over zelfde_inhoud as eerste_bestand
    from {{ source('levering', 'bestanden') }} as bestand
    inner join {{ ref('stg_levering__status') }} as stand
        on bestand.levering_id = stand.levering_id
    window zelfde_inhoud as (
        partition by bestand.leverancier, bestand.feed, bestand.sha256, stand.status in ('geaccepteerd', 'dubbel')
        order by bestand.leverdatum, bestand.bestand collate "C"
    )
)

select
    levering_id,
    bestand,
    leverancier,
    soort_leverancier,
    feed,
    leverdatum,
    versie,
    nacht,
    bekend_op,
    eerste_leverdatum as inhoud_leverdatum,
    eerste_bestand as inhoud_bestand,
    row_number() over (
        partition by leverancier, feed
        order by leverdatum desc, levering_id desc
    ) = 1 as is_laatste
from bekend
where stand = 'geaccepteerd'
