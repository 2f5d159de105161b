-- How far each feed of a supplier has been delivered: its latest leverdatum. A mutation file with the bytes of an
-- earlier one (nothing new today) was delivered all the same; a refused or held file was not.
select
    bestand.leverancier,
    bestand.feed,
    feed.frequentie,
    max(bestand.leverdatum) as laatste_leverdatum
from {{ source('levering', 'bestanden') }} as bestand
left join {{ source('levering', 'feeds') }} as feed
    on bestand.feed = feed.feed
where bestand.status in ('geaccepteerd', 'dubbel', 'vervangen')
group by bestand.leverancier, bestand.feed, feed.frequentie
