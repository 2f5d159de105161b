-- One row per indicatie of the SDD with its aanmelding, intake, besluit and first day of care, as far as they lie
-- before the first day beyond the last complete month. How silent points are read:
-- - A belangstellende (D.6) is an aanmelding (E01, E02) without besluit: [s, e) runs from aanmelddatum up to and
--   including besluitdatum, so that on midnight of the besluit itself the old value still holds (settled detail 7).
-- - An empty besluit is open, whatever besluitdatum says (deliveries.md). One without a date, or dated before its
--   aanmelding, ends the belangstelling on the day of the aanmelding; the times of D.6 take the dates as delivered.
-- - The first day of care of an indicatie is that of its first levering; a stay without its number (PGB) counts when
--   it is of the same person and begins within the dates of the indicatie.
-- - Without aanmelddatum, or with one that is not known yet, there is no belangstelling to date. Death ends it (D.0,
--   Q-08), and nothing after it counts.
with bekend as (
    select
        indicatie.*,
        overlijden.overleden_op,
        coalesce(overlijden.overleden_op + 1, nacht.afkap) as grens
    from {{ ref('stg_sdd__indicaties') }} as indicatie
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_overlijden') }} as overlijden
        on indicatie.persoon_sk = overlijden.persoon_sk
),

indicaties as (
    select
        indicatie.indicatie_nummer,
        indicatie.persoon_sk,
        {{ gemeente_in_regio('indicatie.gemeente_herkomst', 'indeling', "'DAV'") }} as herkomst,
        case when indicatie.aanmelddatum < indicatie.grens then indicatie.aanmelddatum end as aanmelddatum,
        indicatie.intake_datum,
        case
            when indicatie.besluit is not null and indicatie.besluitdatum < indicatie.grens then indicatie.besluitdatum
        end as besluitdatum,
        case
            when greatest(indicatie.besluitdatum, indicatie.aanmelddatum) < indicatie.grens then indicatie.besluit
        end as besluit,
        greatest(indicatie.besluitdatum, indicatie.aanmelddatum) as belangstellend_tot,
        indicatie.overleden_op,
        indicatie.ingangsdatum,
        indicatie.einddatum
    from bekend as indicatie
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on indicatie.gemeente_herkomst = indeling.gemeente_code
    where
        indicatie.aanmelddatum is null
        or indicatie.aanmelddatum < indicatie.grens
        or (indicatie.besluit is not null and indicatie.besluitdatum < indicatie.grens)
),

starts as (
    select
        van_toewijzing as indicatie_nummer,
        s
    from {{ ref('int_plaatsing') }}
    where
        domein = 'BW'
        and basis = 'levering'
        and van_toewijzing is not null

    union all

    select
        indicaties.indicatie_nummer,
        plaatsing.s
    from indicaties
    inner join {{ ref('int_plaatsing') }} as plaatsing
        on
            indicaties.persoon_sk = plaatsing.persoon_sk
            and indicaties.ingangsdatum <= plaatsing.s
            and coalesce(indicaties.einddatum, plaatsing.s) >= plaatsing.s
    where
        plaatsing.domein = 'BW'
        and plaatsing.basis = 'levering'
        and plaatsing.van_toewijzing is null
),

eerste_starts as (
    select
        indicatie_nummer,
        min(s) as eerste_dag_zorg
    from starts
    group by indicatie_nummer
)

select
    indicaties.indicatie_nummer,
    indicaties.persoon_sk,
    'DAV' as regio,
    indicaties.herkomst,
    indicaties.aanmelddatum,
    indicaties.intake_datum,
    case
        when indicaties.besluit is null and indicaties.overleden_op is not null then 'overleden'
        else indicaties.besluit
    end as uitkomst,
    indicaties.besluitdatum,
    start.eerste_dag_zorg,
    indicaties.aanmelddatum as s,
    case
        when indicaties.besluit is not null then indicaties.belangstellend_tot + 1
        else coalesce(indicaties.overleden_op + 1, date '{{ var("open_einde") }}')
    end as e
from indicaties
left join eerste_starts as start
    on indicaties.indicatie_nummer = start.indicatie_nummer
