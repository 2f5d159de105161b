select
    regio,
    gemeente_code,
    naam,
    lid_van,
    lid_tot,
    centrumgemeente,
    toelichting
from {{ ref('regio_lid') }}
