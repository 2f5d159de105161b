-- The placements of all domains and both bases, half-open [s, e), as they count: cut at death (that day still
-- counts, D.0), and as known before the first day beyond the last complete month (settled detail 13: a
-- placement that is still open then is open). One row per placement; `geleverde_laatste_dag` is the last day a
-- supplier gave, `van_toewijzing` the number of "its toewijzing", which a stay without messages has from `verblijven`.
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

with alle as (
    select
        'BW' as domein,
        'levering' as basis,
        regio,
        persoon_sk,
        leverancier,
        leverancier as aanbieder,
        product_code,
        leveringsvorm,
        eerste_dag,
        laatste_dag,
        herkomst_code,
        herkomst_methode,
        null as inschrijving_code,
        stop_code,
        stop_versie_familie,
        bestemming,
        gemeente_uitstroom,
        null as reden_dakloosheid,
        toewijzingnummer,
        toewijzingnummer as van_toewijzing,
        null as verblijf_id,
        null as locatiecode,
        null as gemeente_verblijf,
        sleutel_nummer
    from {{ ref('int_plaatsing__bw_bericht') }}

    union all

    select
        'BW' as domein,
        'levering' as basis,
        regio,
        persoon_sk,
        leverancier,
        leverancier as aanbieder,
        product_code,
        leveringsvorm,
        eerste_dag,
        laatste_dag,
        herkomst_code,
        herkomst_methode,
        null as inschrijving_code,
        null as stop_code,
        null as stop_versie_familie,
        bestemming,
        gemeente_uitstroom,
        null as reden_dakloosheid,
        null as toewijzingnummer,
        case when leveringsvorm <> 'PGB' then toewijzingnummer end as van_toewijzing,
        verblijf_id,
        null as locatiecode,
        null as gemeente_verblijf,
        verblijf_id as sleutel_nummer
    from {{ ref('int_plaatsing__bw_verblijf') }}

    union all

    select
        domein,
        'levering' as basis,
        regio,
        persoon_sk,
        leverancier,
        leverancier as aanbieder,
        product_code,
        '-' as leveringsvorm,
        eerste_dag,
        laatste_dag,
        herkomst_code,
        herkomst_methode,
        inschrijving_code,
        null as stop_code,
        null as stop_versie_familie,
        bestemming,
        gemeente_uitstroom,
        reden_dakloosheid,
        null as toewijzingnummer,
        null as van_toewijzing,
        null as verblijf_id,
        locatiecode,
        gemeente_verblijf,
        verblijfnummer as sleutel_nummer
    from {{ ref('int_plaatsing__opvang') }}

    union all

    select
        'BW' as domein,
        'toewijzing' as basis,
        regio,
        persoon_sk,
        leverancier,
        aanbieder,
        product_code,
        leveringsvorm,
        eerste_dag,
        laatste_dag,
        herkomst_code,
        herkomst_methode,
        null as inschrijving_code,
        null as stop_code,
        null as stop_versie_familie,
        null as bestemming,
        null as gemeente_uitstroom,
        null as reden_dakloosheid,
        toewijzingnummer,
        toewijzingnummer as van_toewijzing,
        null as verblijf_id,
        null as locatiecode,
        null as gemeente_verblijf,
        sleutel_nummer
    from {{ ref('int_plaatsing__toewijzing') }}
),

bekend as (
    select
        alle.*,
        case when alle.laatste_dag < nacht.afkap then alle.laatste_dag end as geleverde_laatste_dag,
        overlijden.overleden_op
    from alle
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_overlijden') }} as overlijden
        on alle.persoon_sk = overlijden.persoon_sk
    where
        alle.regio is not null
        and alle.persoon_sk is not null
        and alle.eerste_dag < nacht.afkap
        and alle.eerste_dag <= coalesce(overlijden.overleden_op, alle.eerste_dag)
)

select
    md5(
        concat_ws(
            '|',
            bekend.basis,
            bekend.domein,
            bekend.leverancier,
            bekend.persoon_sk,
            bekend.sleutel_nummer,
            coalesce(bekend.verblijf_id, '-'),
            bekend.product_code,
            bekend.eerste_dag
        )
    ) as plaatsing_id,
    bekend.persoon_sk,
    bekend.regio,
    bekend.domein,
    bekend.basis,
    bekend.leverancier,
    bekend.aanbieder,
    bekend.product_code,
    product.rang,
    product.perimeter,
    bekend.leveringsvorm,
    bekend.eerste_dag as s,
    least(
        coalesce(bekend.geleverde_laatste_dag + 1, date '{{ var("open_einde") }}'),
        coalesce(bekend.overleden_op + 1, date '{{ var("open_einde") }}')
    ) as e,
    bekend.geleverde_laatste_dag,
    bekend.overleden_op,
    {{ gemeente_in_regio('bekend.herkomst_code', 'indeling', 'bekend.regio') }} as herkomst,
    bekend.herkomst_code,
    bekend.herkomst_methode,
    bekend.inschrijving_code,
    bekend.gemeente_uitstroom as uitstroom_code,
    case when bekend.geleverde_laatste_dag is not null then bekend.stop_code end as stop_code,
    bekend.stop_versie_familie,
    bestemming.bestemming,
    bekend.reden_dakloosheid,
    bekend.toewijzingnummer,
    bekend.van_toewijzing,
    bekend.verblijf_id,
    bekend.locatiecode,
    bekend.gemeente_verblijf,
    bekend.leverancier as sleutel_leverancier,
    bekend.sleutel_nummer,
    bekend.eerste_dag::text as sleutel_dag
from bekend
inner join {{ ref('product') }} as product
    on bekend.product_code = product.product_code
left join {{ ref('int_gemeente__indeling') }} as indeling
    on bekend.herkomst_code = indeling.gemeente_code
left join {{ ref('bestemming') }} as bestemming
    on
        bekend.bestemming = bestemming.bestemming
        and bestemming.bestemming <> 'U99'
