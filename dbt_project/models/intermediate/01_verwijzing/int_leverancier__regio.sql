-- One row per supplier with a known regio: that of most of its stays and starts (ties: alphabetical). Only used
-- for rows whose own place is unknown, so that they are not lost (deliveries.md and D.0 are silent on those).
with rijen as (
    select
        start.leverancier,
        indeling.regio
    from {{ ref('int_start') }} as start
    inner join {{ ref('int_gemeente__indeling') }} as indeling
        on start.ontvanger = indeling.gemeente_code

    union all

    select
        verblijf.leverancier,
        indeling.regio
    from {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
    inner join {{ ref('int_locatie__gemeente') }} as locatie
        on
            verblijf.leverancier = locatie.leverancier
            and verblijf.locatiecode = locatie.locatiecode
            and verblijf.eerste_dag >= locatie.van
            and verblijf.eerste_dag < locatie.tot
    inner join {{ ref('int_gemeente__indeling') }} as indeling
        on locatie.gemeente = indeling.gemeente_code

    union all

    select
        opvang.leverancier,
        indeling.regio
    from {{ ref('stg_zorgaanbieders__opvang') }} as opvang
    inner join {{ ref('int_gemeente__indeling') }} as indeling
        on opvang.gemeente_verblijf = indeling.gemeente_code
),

geteld as (
    select
        leverancier,
        regio,
        count(*) as aantal
    from rijen
    where regio is not null
    group by leverancier, regio
)

select distinct on (leverancier)
    leverancier,
    regio
from geteld
order by leverancier, aantal desc, regio
