select
    maand,
    volgende_maand,
    dagen_in_maand,
    jaar,
    dagen_in_jaar
from {{ ref('int_maand') }}
