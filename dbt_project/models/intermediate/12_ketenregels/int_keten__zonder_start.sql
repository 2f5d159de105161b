-- Granted but not begun, and begun without a message (Q-19, D.0). One row per record that a rule applies to.
-- A right that ended within 91 days, of someone on the waiting list, or who left it for another reason than a place,
-- is explained: no rule applies.
{{ config(indexes=[{'columns': ['regel_id']}]) }}

with rechten as (
    select
        'keten.indicatie.zonder_start' as regel_id,
        'sdd' as leverancier,
        'sdd_indicaties' as feed,
        indicatie.indicatie_nummer as record,
        'DAV' as regio,
        indicatie.persoon_sk,
        indicatie.ingangsdatum,
        indicatie.einddatum
    from {{ ref('stg_sdd__indicaties') }} as indicatie
    where
        indicatie.besluit = 'toegekend'
        -- the provider that holds the toewijzing is the one to ask
        and not exists (
            select 1
            from {{ ref('int_wmo301__laatste') }} as bericht
            where bericht.toewijzingnummer = indicatie.indicatie_nummer
        )

    union all

    select
        'keten.toewijzing.zonder_start' as regel_id,
        bericht.leverancier,
        'wmo301' as feed,
        bericht.toewijzingnummer as record,
        indeling.regio,
        bericht.persoon_sk,
        bericht.ingangsdatum,
        bericht.einddatum
    from {{ ref('int_wmo301__laatste') }} as bericht
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on bericht.afzender = indeling.gemeente_code
),

verstreken as (
    select
        recht.*,
        recht.ingangsdatum + {{ var('verzilvering_dagen') }} as sinds
    from rechten as recht
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_overlijden') }} as overlijden
        on recht.persoon_sk = overlijden.persoon_sk
    where
        recht.ingangsdatum + {{ var('verzilvering_dagen') }} < nacht.datum
        and coalesce(recht.einddatum, nacht.datum) >= recht.ingangsdatum + {{ var('verzilvering_dagen') }}
        and coalesce(overlijden.overleden_op, nacht.datum) >= recht.ingangsdatum + {{ var('verzilvering_dagen') }}
        and not exists (
            select 1
            from {{ ref('stg_sdd__wachtlijst') }} as wachtend
            where
                wachtend.indicatie_nummer = recht.record
                and coalesce(wachtend.reden_uit, 'wacht nog') <> 'geplaatst'
        )
)

select
    verstreken.regel_id,
    verstreken.leverancier,
    verstreken.feed,
    verstreken.record,
    verstreken.regio,
    'BW' as domein,
    verstreken.persoon_sk,
    verstreken.sinds,
    not exists (
        select 1
        from {{ ref('int_keten__zorg') }} as zorg
        where zorg.toewijzingnummer = verstreken.record
    )
    and not exists (
        select 1
        from {{ ref('int_keten__zorg') }} as zorg
        where
            zorg.persoon_sk = verstreken.persoon_sk
            and zorg.eerste_dag <= verstreken.sinds
            and coalesce(zorg.laatste_dag, verstreken.sinds) >= verstreken.ingangsdatum
    ) as afwijkend
from verstreken

union all

select
    'keten.verblijf.zonder_start' as regel_id,
    verblijf.leverancier,
    'verblijven' as feed,
    verblijf.verblijf_id as record,
    leverancier.regio,
    'BW' as domein,
    verblijf.persoon_sk,
    verblijf.eerste_dag as sinds,
    not exists (
        select 1
        from {{ ref('int_start') }} as start
        where start.toewijzingnummer = verblijf.toewijzingnummer
    ) as afwijkend
from {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_leverancier__regio') }} as leverancier
    on verblijf.leverancier = leverancier.leverancier
where
    verblijf.leveringsvorm = 'ZIN'
    and verblijf.toewijzingnummer is not null
    and verblijf.eerste_dag + {{ var('keten_bericht_dagen') }} < nacht.datum
