-- Where iWmo and `verblijven` disagree on dates, iWmo decides, with a finding (D.0). One row per stay under a
-- toewijzing with a standing start of the same provider. A stay may begin where another of the same toewijzing ended
-- and end where one begins: moves inside the house have no message. What is only just over may still be under way.
with verblijven as (
    select verblijf.*
    from {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
    where
        verblijf.leveringsvorm = 'ZIN'
        and exists (
            select 1
            from {{ ref('int_start') }} as start
            where
                start.leverancier = verblijf.leverancier
                and start.toewijzingnummer = verblijf.toewijzingnummer
        )
),

vergeleken as (
    select
        verblijf.*,
        exists (
            select 1
            from {{ ref('int_start') }} as start
            where
                start.leverancier = verblijf.leverancier
                and start.toewijzingnummer = verblijf.toewijzingnummer
                and start.begindatum = verblijf.eerste_dag
        )
        or exists (
            select 1
            from verblijven as vorig
            where
                vorig.leverancier = verblijf.leverancier
                and vorig.toewijzingnummer = verblijf.toewijzingnummer
                and vorig.verblijf_id <> verblijf.verblijf_id
                and vorig.laatste_dag between verblijf.eerste_dag - 1 and verblijf.eerste_dag
        ) as begin_klopt,
        exists (
            select 1
            from {{ ref('int_start') }} as start
            where
                start.leverancier = verblijf.leverancier
                and start.toewijzingnummer = verblijf.toewijzingnummer
                and start.einddatum is not distinct from verblijf.laatste_dag
        )
        or exists (
            select 1
            from verblijven as volgend
            where
                volgend.leverancier = verblijf.leverancier
                and volgend.toewijzingnummer = verblijf.toewijzingnummer
                and volgend.verblijf_id <> verblijf.verblijf_id
                and volgend.eerste_dag between verblijf.laatste_dag and verblijf.laatste_dag + 1
        ) as einde_klopt,
        (
            select max(coalesce(start.einddatum, verblijf.laatste_dag))
            from {{ ref('int_start') }} as start
            where
                start.leverancier = verblijf.leverancier
                and start.toewijzingnummer = verblijf.toewijzingnummer
        ) as laatste_einde
    from verblijven as verblijf
)

select
    'keten.verblijf.andere_datums' as regel_id,
    vergeleken.leverancier,
    'verblijven' as feed,
    vergeleken.verblijf_id as record,
    leverancier.regio,
    'BW' as domein,
    vergeleken.persoon_sk,
    vergeleken.eerste_dag as sinds,
    not(
        vergeleken.begin_klopt
        and (
            vergeleken.einde_klopt
            or coalesce(
                greatest(vergeleken.laatste_dag, vergeleken.laatste_einde) + {{ var('keten_bericht_dagen') }},
                nacht.datum
            ) >= nacht.datum
        )
    ) as afwijkend
from vergeleken
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_leverancier__regio') }} as leverancier
    on vergeleken.leverancier = leverancier.leverancier
where vergeleken.eerste_dag + {{ var('keten_bericht_dagen') }} < nacht.datum
