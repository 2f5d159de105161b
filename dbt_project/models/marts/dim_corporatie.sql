-- Every corporation that has delivered; a dash stands for what belongs to none of them.
select
    leverancier as corporatie,
    min(leverdatum) as eerste_levering,
    max(leverdatum) as laatste_levering
from {{ ref('stg_levering__bestanden') }}
where soort_leverancier = 'corporaties'
group by leverancier

union all

select
    '-' as corporatie,
    null as eerste_levering,
    null as laatste_levering
