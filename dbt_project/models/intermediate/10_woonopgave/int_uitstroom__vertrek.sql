-- One row per exit in basis levering: the supplier's own record it comes from and the gemeente the client went to as
-- that record says (gemeente_uitstroom), of the placement that was main on the last day and ended on it. A 305 takes
-- both from the latest row of `verblijven` under the same toewijzing, as its bestemming (int_plaatsing__bw_bericht).
-- `code_2021` is NULL where the supplier gives no gemeente, or 0000 or 9999.
with laatste as (
    select
        segment.episode_id,
        plaatsing.domein,
        plaatsing.leverancier,
        plaatsing.toewijzingnummer,
        plaatsing.verblijf_id,
        plaatsing.sleutel_nummer,
        plaatsing.geleverde_laatste_dag
    from {{ ref('int_episode__segment') }} as segment
    inner join {{ ref('int_plaatsing') }} as plaatsing
        on segment.plaatsing_id = plaatsing.plaatsing_id
    where
        segment.basis = 'levering'
        and segment.is_laatste
        and segment.eindigt_met_plaatsing
),

opvang as (
    {{ opvang_van_alle_leveranciers('verblijven') }}
),

records as (
    select
        laatste.episode_id,
        laatste.leverancier,
        verblijf.verblijf_id as record,
        verblijf.gemeente_uitstroom
    from laatste
    inner join lateral (
        select
            rij.verblijf_id,
            rij.gemeente_uitstroom
        from {{ ref('stg_zorgaanbieders__verblijven') }} as rij
        where
            rij.leverancier = laatste.leverancier
            and (
                rij.verblijf_id = laatste.verblijf_id
                or (
                    laatste.verblijf_id is null
                    and rij.toewijzingnummer = laatste.toewijzingnummer
                    and rij.eerste_dag <= laatste.geleverde_laatste_dag
                )
            )
        order by rij.eerste_dag desc, rij.verblijf_id collate "C"
        limit 1
    ) as verblijf on true
    where laatste.domein = 'BW'

    union all

    select
        laatste.episode_id,
        laatste.leverancier,
        opvang.verblijfnummer as record,
        opvang.gemeente_uitstroom
    from laatste
    inner join opvang
        on
            laatste.leverancier = opvang.leverancier
            and laatste.sleutel_nummer = opvang.verblijfnummer
    where laatste.domein <> 'BW'
)

select
    records.episode_id,
    records.leverancier,
    records.record,
    indeling.gemeente_code_2021 as code_2021
from records
left join {{ ref('int_gemeente__indeling') }} as indeling
    on
        records.gemeente_uitstroom = indeling.gemeente_code
        and records.gemeente_uitstroom not in ('0000', '9999')
