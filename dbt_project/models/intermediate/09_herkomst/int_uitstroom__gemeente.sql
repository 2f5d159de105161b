-- The gemeente a client went to when leaving (D.11, U[h,u]). One row per exit. Found as the bestemming is (settled
-- detail 10c, 10d): levering, what the supplier gave for the placement that was main on the last day and ended on
-- it; toewijzing, that of the nearest levering placement whose delivered last day is within 31 days and has one;
-- else the gemeente of the nearest lease within 31 days; else ONBEKEND. 0000, or a code that never existed, says
-- nothing. Who died went nowhere and is ONBEKEND too: bestemmingsgroep `apart`.
with codes as (
    select gemeente_code
    from {{ ref('int_gemeente__indeling') }}
    where gemeente_code <> '0000'

    union

    select '9999' as gemeente_code
)

select
    uitstroom.episode_id,
    {{ gemeente_in_regio(
        'coalesce(eigen.uitstroom_code, levering.uitstroom_code, huur.gemeente)', 'indeling', 'uitstroom.regio'
    ) }} as uitstroomgemeente
from {{ ref('int_uitstroom') }} as uitstroom
left join lateral (
    select plaatsing.uitstroom_code
    from {{ ref('int_episode__segment') }} as segment
    inner join {{ ref('int_plaatsing') }} as plaatsing
        on segment.plaatsing_id = plaatsing.plaatsing_id
    inner join codes
        on plaatsing.uitstroom_code = codes.gemeente_code
    where
        uitstroom.basis = 'levering'
        and segment.episode_id = uitstroom.episode_id
        and segment.is_laatste
        and segment.eindigt_met_plaatsing
        and uitstroom.bestemming <> 'U40'
) as eigen on true
left join lateral (
    select plaatsing.uitstroom_code
    from {{ ref('int_plaatsing') }} as plaatsing
    inner join codes
        on plaatsing.uitstroom_code = codes.gemeente_code
    where
        uitstroom.basis = 'toewijzing'
        and uitstroom.bestemming <> 'U40'
        and plaatsing.basis = 'levering'
        and plaatsing.persoon_sk = uitstroom.persoon_sk
        and plaatsing.regio = uitstroom.regio
        and plaatsing.domein = uitstroom.domein
        and abs(plaatsing.geleverde_laatste_dag - uitstroom.datum) <= {{ var('bestemming_venster_dagen') }}
    order by
        abs(plaatsing.geleverde_laatste_dag - uitstroom.datum),
        plaatsing.geleverde_laatste_dag,
        plaatsing.sleutel_leverancier collate "C",
        plaatsing.sleutel_nummer collate "C",
        plaatsing.sleutel_dag collate "C"
    limit 1
) as levering on true
left join lateral (
    select verhuring.gemeente
    from {{ ref('stg_corporaties__verhuringen') }} as verhuring
    inner join codes
        on verhuring.gemeente = codes.gemeente_code
    where
        verhuring.persoon_sk = uitstroom.persoon_sk
        and uitstroom.bestemming <> 'U40'
        and abs(verhuring.ingangsdatum - uitstroom.datum) <= {{ var('bestemming_venster_dagen') }}
    order by
        abs(verhuring.ingangsdatum - uitstroom.datum),
        verhuring.ingangsdatum,
        verhuring.contractnummer collate "C"
    limit 1
) as huur on true
left join {{ ref('int_gemeente__indeling') }} as indeling
    on coalesce(eigen.uitstroom_code, levering.uitstroom_code, huur.gemeente) = indeling.gemeente_code
