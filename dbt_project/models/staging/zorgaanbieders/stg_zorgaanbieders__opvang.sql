-- One row per stay: its latest mutation, unless that removed it (mutatiesoort V).
{{ config(indexes=[{'columns': ['aanmeldnummer', 'leverancier']}]) }}

with rijen as (
    {{ staande_rijen('opvang', 'opvang', 'mutaties') }}
),

laatste as (
    select distinct on (leverancier, verblijfnummer) *
    from rijen
    order by
        leverancier, verblijfnummer,
        mutatietijd desc, inhoud_leverdatum desc, inhoud_bestand collate "C" desc, rij_nr desc
)

select
    leverancier,
    verblijfnummer,
    aanmeldnummer,
    locatiecode,
    gemeente_verblijf,
    voorziening,
    eerste_nacht,
    laatste_nacht,
    bestemming,
    gemeente_uitstroom,
    leverdatum
from laatste
where mutatiesoort <> 'V'
