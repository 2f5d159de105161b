-- Where people went (D.5): an exit nobody can explain, a dwelling without a lease, a lease without a stop. One row per
-- exit, stay or start that a rule applies to. Corporations deliver monthly and a lease may begin up to 31 days later,
-- so only what ended two months ago is asked about.
with huren as (
    select
        verhuring.persoon_sk,
        verhuring.ingangsdatum,
        verhuring.einddatum,
        verhuring.contractsoort,
        verhuring.uitstroom_uit
    from {{ ref('stg_corporaties__verhuringen') }} as verhuring
    where verhuring.persoon_sk is not null
),

corporaties as (
    select max(leverdatum) as bijgewerkt_tot
    from {{ ref('stg_corporaties__verhuringen') }}
)

select
    'keten.stop.zonder_bestemming' as regel_id,
    plaatsing.leverancier,
    case when plaatsing.verblijf_id is null then 'wmo307' else 'verblijven' end as feed,
    coalesce(plaatsing.verblijf_id, plaatsing.toewijzingnummer, plaatsing.sleutel_nummer) as record,
    plaatsing.regio,
    plaatsing.domein,
    plaatsing.persoon_sk,
    uitstroom.datum as sinds,
    uitstroom.bestemming = 'U99' as afwijkend
from {{ ref('int_uitstroom') }} as uitstroom
inner join {{ ref('int_plaatsing') }} as plaatsing
    on
        uitstroom.persoon_sk = plaatsing.persoon_sk
        and uitstroom.regio = plaatsing.regio
        and uitstroom.domein = plaatsing.domein
        and uitstroom.basis = plaatsing.basis
        and uitstroom.datum = plaatsing.geleverde_laatste_dag
cross join {{ ref('stg_levering__nacht') }} as nacht
where
    uitstroom.domein = 'BW'
    and uitstroom.basis = 'levering'
    and uitstroom.perimeter = 'A'
    and uitstroom.datum + {{ var('keten_bestemming_dagen') }} < nacht.datum

union all

select
    'keten.naar_woning.zonder_huurcontract' as regel_id,
    verblijf.leverancier,
    'verblijven' as feed,
    verblijf.verblijf_id as record,
    leverancier.regio,
    'BW' as domein,
    verblijf.persoon_sk,
    verblijf.laatste_dag as sinds,
    not exists (
        select 1
        from huren
        where
            huren.persoon_sk = verblijf.persoon_sk
            and abs(huren.ingangsdatum - verblijf.laatste_dag) <= {{ var('bestemming_venster_dagen') }}
    ) as afwijkend
from {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
cross join {{ ref('stg_levering__nacht') }} as nacht
inner join corporaties
    on verblijf.laatste_dag + {{ var('bestemming_venster_dagen') }} < corporaties.bijgewerkt_tot
left join {{ ref('int_leverancier__regio') }} as leverancier
    on verblijf.leverancier = leverancier.leverancier
where
    verblijf.bestemming in ('U01', 'U02', 'U03')
    and verblijf.koppelzekerheid = 'hoog'
    and verblijf.laatste_dag + {{ var('keten_bestemming_dagen') }} < nacht.datum

union all

select
    'keten.huurcontract.zonder_stop' as regel_id,
    start.leverancier,
    'wmo305' as feed,
    coalesce(start.toewijzingnummer, 'zonder nummer, begin ' || start.begindatum) as record,
    indeling.regio,
    'BW' as domein,
    start.persoon_sk,
    huren.ingangsdatum as sinds,
    start.einddatum is null as afwijkend
from {{ ref('int_start') }} as start
cross join {{ ref('stg_levering__nacht') }} as nacht
inner join huren
    on
        start.persoon_sk = huren.persoon_sk
        and start.begindatum < huren.ingangsdatum
        and coalesce(start.einddatum, huren.ingangsdatum) >= huren.ingangsdatum - {{ var('bestemming_venster_dagen') }}
-- help at home goes on in one's own dwelling (Q-36): only living in is asked about
inner join {{ ref('product') }} as product
    on start.product = product.product_code
left join {{ ref('int_gemeente__indeling') }} as indeling
    on start.ontvanger = indeling.gemeente_code
where
    huren.uitstroom_uit = 'BW'
    and huren.contractsoort in ('regulier', 'contingent')
    and huren.einddatum is null
    and product.perimeter = 'B'
    and huren.ingangsdatum + {{ var('bestemming_venster_dagen') }} < nacht.datum
