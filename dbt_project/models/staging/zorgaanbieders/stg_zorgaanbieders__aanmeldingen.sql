-- One row per aanmelding: its latest mutation, unless that removed it (mutatiesoort V).
with rijen as (
    {{ staande_rijen('aanmeldingen', 'aanmeldingen', 'mutaties', persoon=true) }}
),

laatste as (
    select distinct on (leverancier, aanmeldnummer) *
    from rijen
    order by
        leverancier, aanmeldnummer,
        mutatietijd desc, inhoud_leverdatum desc, inhoud_bestand collate "C" desc, rij_nr desc
)

select
    leverancier,
    aanmeldnummer,
    persoon_sk,
    koppelzekerheid,
    geboortedatum,
    geslacht,
    aanmelddatum,
    opvangsoort,
    gemeente_inschrijving,
    gemeente_historisch,
    reden_dakloosheid,
    besluit,
    besluitdatum,
    gezin_id,
    rol,
    leverdatum
from laatste
where mutatiesoort <> 'V'
