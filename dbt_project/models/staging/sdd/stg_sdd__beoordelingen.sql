-- One row per indicatie and day of assessment, from every snapshot ever accepted: the feed shows the latest
-- assessment only, and the earlier ones still decide for earlier dates (Q-31, history kept). What stands:
-- - of indicaties in the snapshot in force only: a row that left the snapshot is withdrawn (E40);
-- - not later than the assessment the snapshot in force shows: a date moved back was corrected. An assessment
--   that a later snapshot leaves empty was made all the same;
-- - of several snapshots with the same day, the last; of two rows of one indicatie in a snapshot the last, as in
--   stg_sdd__indicaties. The person is the indicatie's of now.
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

with alle_rijen as (
    {{ staande_rijen('sdd_indicaties', 'sdd_indicaties', 'alle_momentopnamen') }}
),

rijen as (
    select distinct on (indicatie_nummer, levering_id) *
    from alle_rijen
    order by indicatie_nummer, levering_id, rij_nr desc
)

select distinct on (rijen.indicatie_nummer, rijen.beoordeeld_op)
    rijen.indicatie_nummer,
    indicatie.persoon_sk,
    rijen.beoordeeld_op,
    rijen.uitstroomprofiel,
    rijen.leverdatum
from rijen
inner join {{ ref('stg_sdd__indicaties') }} as indicatie
    on rijen.indicatie_nummer = indicatie.indicatie_nummer
where rijen.beoordeeld_op <= coalesce(indicatie.beoordeeld_op, rijen.beoordeeld_op)
order by
    rijen.indicatie_nummer, rijen.beoordeeld_op,
    rijen.leverdatum desc, rijen.levering_id desc
