-- On the waiting list while placed (D.6): still waiting in the snapshot in force, though care on that number began, or
-- other care of the person began after the waiting did, so long ago that the list should know. One row per spell that
-- still runs.
select
    'keten.wachtlijst.al_geplaatst' as regel_id,
    'sdd' as leverancier,
    'sdd_wachtlijst' as feed,
    wachtend.indicatie_nummer as record,
    'DAV' as regio,
    'BW' as domein,
    wachtend.persoon_sk,
    coalesce(min(zorg.eerste_dag), wachtend.wachtend_sinds) as sinds,
    count(zorg.eerste_dag) > 0 as afwijkend
from {{ ref('stg_sdd__wachtlijst') }} as wachtend
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_keten__zorg') }} as zorg
    on
        (
            wachtend.indicatie_nummer = zorg.toewijzingnummer
            or (wachtend.persoon_sk = zorg.persoon_sk and wachtend.wachtend_sinds < zorg.eerste_dag)
        )
        and zorg.eerste_dag + {{ var('keten_bericht_dagen') }} < nacht.datum
where
    wachtend.wachtend_tot is null
    or wachtend.wachtend_tot > nacht.datum
group by wachtend.indicatie_nummer, wachtend.persoon_sk, wachtend.wachtend_sinds
