-- One row per corporation with a known regio: that of most of its leases and agreements (ties: alphabetical). Only
-- used where the gemeente of a dwelling is unknown or lies outside both regions.
with rijen as (
    select
        leverancier,
        gemeente
    from {{ ref('stg_corporaties__verhuringen') }}

    union all

    select
        leverancier,
        gemeente
    from {{ ref('stg_corporaties__contingenten') }}
),

geteld as (
    select
        rijen.leverancier as corporatie,
        indeling.regio,
        count(*) as aantal
    from rijen
    inner join {{ ref('int_gemeente__indeling') }} as indeling
        on rijen.gemeente = indeling.gemeente_code
    where indeling.regio is not null
    group by rijen.leverancier, indeling.regio
)

select distinct on (corporatie)
    corporatie,
    regio
from geteld
order by corporatie, aantal desc, regio
