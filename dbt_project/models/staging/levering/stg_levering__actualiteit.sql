-- How far each feed of a supplier has been delivered as of the night: its latest leverdatum. A mutation file with the
-- bytes of an earlier one (nothing new today) was delivered all the same; a refused or held file was not, also not once
-- it was replaced.
select
    bestand.leverancier,
    bestand.feed,
    feed.frequentie,
    max(bestand.leverdatum) as laatste_leverdatum
from {{ source('levering', 'bestanden') }} as bestand
inner join {{ ref('stg_levering__status') }} as stand
    on bestand.levering_id = stand.levering_id
left join {{ source('levering', 'feeds') }} as feed
    on bestand.feed = feed.feed
where
    stand.status in ('geaccepteerd', 'dubbel')
    or (stand.status = 'vervangen' and coalesce(bestand.vorige_status, 'geaccepteerd') <> 'aangehouden')
group by bestand.leverancier, bestand.feed, feed.frequentie
