-- Stays against the provider's own list of locations (D.8). One row per stay, or location open on DATE, that a rule
-- applies to; of a provider without a list nothing can be said.
with locaties as (
    select
        leverancier,
        locatiecode,
        gemeente,
        plaatsen,
        geldig_van,
        coalesce(geldig_tot, date '{{ var("open_einde") }}') as geldig_tot
    from {{ ref('stg_zorgaanbieders__locaties') }}
),

lijsten as (
    select distinct leverancier
    from locaties
),

bekend as (
    select
        leverancier,
        locatiecode,
        max(geldig_tot) as laatst_open
    from locaties
    group by leverancier, locatiecode
),

verblijven as (
    select
        verblijf.*,
        coalesce(verblijf.laatste_dag, nacht.datum) as dag,
        regio.regio
    from {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_leverancier__regio') }} as regio
        on verblijf.leverancier = regio.leverancier
    where verblijf.locatiecode is not null
),

open_locaties as (
    select
        locaties.leverancier,
        locaties.locatiecode,
        min(locaties.gemeente) as gemeente,
        sum(locaties.plaatsen) as plaatsen
    from locaties
    cross join {{ ref('stg_levering__nacht') }} as vandaag
    where vandaag.datum between locaties.geldig_van and locaties.geldig_tot
    group by locaties.leverancier, locaties.locatiecode
    having bool_and(locaties.plaatsen is not null)
),

aanwezig as (
    select
        verblijf.leverancier,
        verblijf.locatiecode,
        count(distinct verblijf.persoon_sk) as aantal,
        max(verblijf.eerste_dag) as laatste_komst
    from verblijven as verblijf
    cross join {{ ref('stg_levering__nacht') }} as vandaag
    where
        verblijf.eerste_dag <= vandaag.datum
        and verblijf.dag >= vandaag.datum
    group by verblijf.leverancier, verblijf.locatiecode
)

select
    'keten.verblijf.onbekende_locatie' as regel_id,
    verblijf.leverancier,
    'verblijven' as feed,
    verblijf.verblijf_id as record,
    verblijf.regio,
    'BW' as domein,
    verblijf.persoon_sk,
    verblijf.eerste_dag as sinds,
    bekend.locatiecode is null as afwijkend
from verblijven as verblijf
inner join lijsten
    on verblijf.leverancier = lijsten.leverancier
left join bekend
    on
        verblijf.leverancier = bekend.leverancier
        and verblijf.locatiecode = bekend.locatiecode

union all

select
    'keten.verblijf.locatie_gesloten' as regel_id,
    verblijf.leverancier,
    'verblijven' as feed,
    verblijf.verblijf_id as record,
    verblijf.regio,
    'BW' as domein,
    verblijf.persoon_sk,
    least(greatest(verblijf.eerste_dag, bekend.laatst_open), verblijf.dag) as sinds,
    not exists (
        select 1
        from locaties
        where
            locaties.leverancier = verblijf.leverancier
            and locaties.locatiecode = verblijf.locatiecode
            and verblijf.dag between locaties.geldig_van and locaties.geldig_tot
    ) as afwijkend
from verblijven as verblijf
inner join bekend
    on
        verblijf.leverancier = bekend.leverancier
        and verblijf.locatiecode = bekend.locatiecode

union all

select
    'keten.locatie.vol' as regel_id,
    locatie.leverancier,
    'locaties' as feed,
    locatie.locatiecode as record,
    indeling.regio,
    'BW' as domein,
    null as persoon_sk,
    coalesce(aanwezig.laatste_komst, nacht.datum) as sinds,
    coalesce(aanwezig.aantal, 0) > locatie.plaatsen as afwijkend
from open_locaties as locatie
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_gemeente__indeling') }} as indeling
    on locatie.gemeente = indeling.gemeente_code
left join aanwezig
    on
        locatie.leverancier = aanwezig.leverancier
        and locatie.locatiecode = aanwezig.locatiecode
