-- One row per toegewezen product as received: versions of one toewijzing stand beside each other here.
with rijen as (
    {{ staande_rijen('wmo301', 'wmo301', 'berichten', persoon=true) }}
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
    afzender,
    aanbieder,
    toewijzingnummer,
    productcategorie,
    productcode as product_code,
    toewijzingsdatum,
    toewijzingstijd,
    ingangsdatum,
    einddatum,
    redenwijziging,
    bekend_op,
    inhoud_leverdatum,
    inhoud_bestand,
    leverdatum
from rijen
