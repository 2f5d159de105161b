-- One row per waiting spell (indicatie_nummer, wachtend_sinds) in the snapshot in force: a spell that is no longer
-- in it is withdrawn (E40). A spell that stands twice in one snapshot: the last row counts.
with rijen as (
    {{ staande_rijen('sdd_wachtlijst', 'sdd_wachtlijst', 'momentopname', persoon=true) }}
)

select distinct on (indicatie_nummer, wachtend_sinds)
    indicatie_nummer,
    wachtend_sinds,
    persoon_sk,
    {{ wachtstatus('wachtstatus') }} as wachtstatus,
    voorkeur_aanbieder_agb,
    overbruggingszorg,
    wachtend_tot,
    reden_uit,
    leverdatum
from rijen
order by indicatie_nummer, wachtend_sinds, rij_nr desc
