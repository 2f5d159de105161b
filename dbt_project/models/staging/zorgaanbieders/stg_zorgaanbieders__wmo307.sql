-- One row per stop product as received, cancellations (status 3) and the cancelled included.
with rijen as (
    {{ staande_rijen('wmo307', 'wmo307', 'berichten', persoon=true) }}
)

select
    levering_id,
    rij_nr,
    leverancier,
    identificatie,
    persoon_sk,
    geboortedatum,
    geslacht,
    versie,
    ontvanger,
    toewijzingnummer,
    productcategorie,
    productcode as product_code,
    begindatum,
    redenbeeindiging,
    einddatum,
    status_aanlevering,
    bekend_op,
    inhoud_leverdatum,
    inhoud_bestand,
    leverdatum
from rijen
