-- Where a levering placement was: its pieces [van, tot) with locatiecode and gemeente van verblijf. A 305 takes
-- the location from `verblijven` under the same toewijzing (iWmo gives start and stop, verblijven the location
-- within them); without one it is ONBEKEND. Several at once: the latest eerste_dag, then the lowest
-- verblijf_id.
with plaatsingen as (
    select * from {{ ref('int_plaatsing__zelfde_dag') }}
    where basis = 'levering'
),

verblijven as (
    select
        verblijf.leverancier,
        verblijf.toewijzingnummer,
        verblijf.verblijf_id,
        verblijf.locatiecode,
        verblijf.eerste_dag,
        coalesce(verblijf.laatste_dag + 1, date '{{ var("open_einde") }}') as einde
    from {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
),

gekoppeld as (
    select
        plaatsing.plaatsing_id,
        plaatsing.regio,
        plaatsing.s,
        plaatsing.e,
        verblijf.*
    from plaatsingen as plaatsing
    inner join verblijven as verblijf
        on
            plaatsing.leverancier = verblijf.leverancier
            and plaatsing.toewijzingnummer = verblijf.toewijzingnummer
    where plaatsing.domein = 'BW'

    union all

    select
        plaatsing.plaatsing_id,
        plaatsing.regio,
        plaatsing.s,
        plaatsing.e,
        verblijf.*
    from plaatsingen as plaatsing
    inner join verblijven as verblijf
        on
            plaatsing.leverancier = verblijf.leverancier
            and plaatsing.verblijf_id = verblijf.verblijf_id
    where plaatsing.domein = 'BW'
),

kandidaten as (
    -- nothing known
    select
        plaatsing_id,
        regio,
        s as van,
        e as tot,
        locatiecode,
        gemeente_verblijf as gemeente,
        case domein when 'BW' then 9 else 1 end as voorrang,
        s as eerste_dag,
        '' as verblijf_id
    from plaatsingen

    union all

    -- a location whose gemeente is not delivered
    select
        plaatsing_id,
        regio,
        greatest(s, eerste_dag) as van,
        least(e, einde) as tot,
        locatiecode,
        null as gemeente,
        2 as voorrang,
        eerste_dag,
        verblijf_id
    from gekoppeld
    where greatest(s, eerste_dag) < least(e, einde)

    union all

    select
        gekoppeld.plaatsing_id,
        gekoppeld.regio,
        greatest(gekoppeld.s, gekoppeld.eerste_dag, locatie.van) as van,
        least(gekoppeld.e, gekoppeld.einde, locatie.tot) as tot,
        gekoppeld.locatiecode,
        locatie.gemeente,
        1 as voorrang,
        gekoppeld.eerste_dag,
        gekoppeld.verblijf_id
    from gekoppeld
    inner join {{ ref('int_locatie__gemeente') }} as locatie
        on
            gekoppeld.leverancier = locatie.leverancier
            and gekoppeld.locatiecode = locatie.locatiecode
    where greatest(gekoppeld.s, gekoppeld.eerste_dag, locatie.van) < least(gekoppeld.e, gekoppeld.einde, locatie.tot)
),

beste as (
    {{ beste_per_interval(
        'kandidaten',
        ['plaatsing_id'],
        '(kandidaat.voorrang = 9), kandidaat.eerste_dag desc, kandidaat.verblijf_id collate "C", kandidaat.voorrang'
    ) }}
)

-- a move on or after the first day beyond the last complete month is not in the marts (settled detail 13)
select
    beste.plaatsing_id,
    beste.deel_van as van,
    case when beste.deel_tot >= nacht.afkap then plaatsing.e else beste.deel_tot end as tot,
    beste.locatiecode,
    {{ gemeente_in_regio('beste.gemeente', 'indeling', 'beste.regio') }} as verblijf,
    beste.gemeente as verblijf_code
from beste
inner join plaatsingen as plaatsing
    on beste.plaatsing_id = plaatsing.plaatsing_id
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_gemeente__indeling') }} as indeling
    on beste.gemeente = indeling.gemeente_code
where beste.deel_van < nacht.afkap
