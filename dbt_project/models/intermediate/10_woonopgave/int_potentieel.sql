-- The potential class of a person through time (D.10, Q-31): one row per assessment day, in force [van, tot), so
-- that the class on b is that of the last assessment on or before b (van <= b < tot). K until 24 months after
-- the assessment, M until 60 (`uiterste_datum`); an assessment without a class is O, unknown, as is anybody
-- before the first. Of two assessments of one person on one day the one delivered last counts, then the lowest
-- indicatie_nummer. Only DAV delivers a class. An assessment beyond the last complete month is not known yet
-- (settled detail 13), nor is one that was not dated.
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

with per_dag as (
    select distinct on (beoordeling.persoon_sk, beoordeling.beoordeeld_op)
        beoordeling.persoon_sk,
        beoordeling.beoordeeld_op,
        case
            when beoordeling.uitstroomprofiel in ('K', 'M', 'L') then beoordeling.uitstroomprofiel
            else 'O'
        end as klasse
    from {{ ref('stg_sdd__beoordelingen') }} as beoordeling
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where
        beoordeling.persoon_sk is not null
        and beoordeling.beoordeeld_op < nacht.afkap
    order by
        beoordeling.persoon_sk,
        beoordeling.beoordeeld_op,
        beoordeling.leverdatum desc,
        beoordeling.indicatie_nummer collate "C"
)

select
    persoon_sk,
    klasse,
    beoordeeld_op as van,
    coalesce(
        lead(beoordeeld_op) over (partition by persoon_sk order by beoordeeld_op),
        date '{{ var("open_einde") }}'
    ) as tot,
    case klasse
        when 'K' then beoordeeld_op + interval '{{ var("potentieel_k_maanden") }} months'
        when 'M' then beoordeeld_op + interval '{{ var("potentieel_m_maanden") }} months'
    end::date as uiterste_datum
from per_dag
