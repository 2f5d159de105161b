select
    regio,
    gemeente_code,
    naam,
    lid_van,
    lid_tot,
    toelichting
from {{ ref('regio_lid') }}
