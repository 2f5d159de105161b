-- One row per switch between successive main segments of one episode (D.4, settled detail 9), on the first day
-- of the new one: a change of product, else of provider, location or leveringsvorm, the first that applies. The
-- replaced product list of Centraal Gelderland (S-277) and a provider that merged into another (Q-17) are
-- administration, not movement: those rows carry `oorzaak` and no richting.
{{ config(materialized='per_persoon', unlogged=false) }}
with wissels as (
    select
        segment.*,
        episode.herkomst as herkomst_episode,
        case
            when opvolging.van_product is not null then 'productlijst'
            when fusie.aanbieder is not null then 'aanbiederfusie'
        end as oorzaak
    from {{ van_personen('int_episode__segment') }} as segment
    inner join {{ van_personen('int_episode') }} as episode
        on segment.episode_id = episode.episode_id
    left join {{ ref('productopvolging') }} as opvolging
        on
            segment.vorig_product = opvolging.van_product
            and segment.product_code = opvolging.naar_product
            and segment.s = opvolging.eerste_dag_nieuw
            and segment.aanbieder = segment.vorige_aanbieder
    left join {{ ref('aanbieder_opvolging') }} as fusie
        on
            segment.vorige_aanbieder = fusie.aanbieder
            and segment.aanbieder = fusie.opvolger
            and segment.vorig_product = segment.product_code
            and segment.s >= fusie.per_datum
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where
        not segment.is_eerste
        and segment.s < nacht.afkap
),

benoemd as (
    select
        wissels.*,
        case
            when oorzaak is not null then null
            when product_code <> vorig_product and rang > vorige_rang then 'opschaling'
            when product_code <> vorig_product and rang < vorige_rang then 'afschaling'
            when product_code <> vorig_product then 'gelijk'
            when aanbieder <> vorige_aanbieder then 'aanbiederwissel'
            when basis = 'levering' and (locatiecode is distinct from vorige_locatie) then 'locatiewissel'
            when leveringsvorm <> vorige_leveringsvorm then 'leveringsvormwissel'
        end as richting
    from wissels
)

select
    episode_id,
    persoon_sk,
    regio,
    domein,
    basis,
    perimeter,
    s as datum,
    date_trunc('month', s)::date as maand,
    herkomst_episode as herkomst,
    verblijf,
    vorig_product as van_product,
    product_code as naar_product,
    richting,
    oorzaak
from benoemd
where
    richting is not null
    or oorzaak is not null
