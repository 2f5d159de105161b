select
    leverancier as corporatie,
    min(leverdatum) as eerste_levering,
    max(leverdatum) as laatste_levering
from {{ ref('stg_levering__bestanden') }}
where soort_leverancier = 'corporaties'
group by leverancier
