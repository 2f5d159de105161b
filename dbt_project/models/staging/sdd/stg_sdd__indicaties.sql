-- One row per indicatie in the snapshot in force. A number that stands twice in one snapshot: the last row
-- counts.
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

with rijen as (
    {{ staande_rijen('sdd_indicaties', 'sdd_indicaties', 'momentopname', persoon=true) }}
)

select distinct on (indicatie_nummer)
    indicatie_nummer,
    persoon_sk,
    koppelzekerheid,
    geboortedatum,
    geslacht,
    aanmelddatum,
    intake_datum,
    besluitdatum,
    besluit,
    reden_besluit,
    productcode as product_code,
    coalesce(leveringsvorm, 'onbekend') as leveringsvorm,
    ingangsdatum,
    einddatum,
    aanbieder_agb,
    gemeente_aanvraag,
    gemeente_herkomst,
    herkomst_methode,
    grondslag,
    inkomstenbron,
    andere_hulp,
    uitstroomprofiel,
    beoordeeld_op,
    leverdatum
from rijen
order by indicatie_nummer, rij_nr desc
