-- One row per waiting spell of the SDD's list, half-open [s, e) (D.6). How silent points are read:
-- - The feed's wachtend_sinds and wachtend_tot decide (marts.md): no besluit, placement or death moves or ends a spell,
--   and a reden_uit without wachtend_tot ends nothing.
-- - wachtend_tot is the last day of waiting, inclusive like every date delivered: e = wachtend_tot + 1, so D.8's
--   midnights and the length e - s hold for spells as for stays.
-- - A spell is (indicatie_nummer, wachtend_sinds), the key of the feed: an indicatie can wait more than once, and a
--   corrected wachtend_sinds is another spell.
-- - Facts end with the last complete month (settled detail 13): a spell that begins later is not there, one that ends
--   later is still open.
-- - An end with reden_uit geplaatst is geplaatst; with any other reden, or none, uitgevallen: the balance must close.
-- - Herkomst is gemeente_herkomst of the indicatie of that number in the snapshot in force, ONBEKEND without one.
select
    md5(concat_ws('|', wachtlijst.indicatie_nummer, wachtlijst.wachtend_sinds)) as wachtperiode_id,
    'DAV' as regio,
    wachtlijst.indicatie_nummer,
    wachtlijst.wachtend_sinds,
    {{ gemeente_in_regio('indicatie.gemeente_herkomst', 'indeling', "'DAV'") }} as herkomst,
    wachtlijst.wachtend_sinds as s,
    case
        when wachtlijst.wachtend_tot < nacht.afkap then wachtlijst.wachtend_tot + 1
        else date '{{ var("open_einde") }}'
    end as e,
    case
        when wachtlijst.wachtend_tot >= nacht.afkap or wachtlijst.wachtend_tot is null then null
        when wachtlijst.reden_uit = 'geplaatst' then 'geplaatst'
        else 'uitgevallen'
    end as uitkomst
from {{ ref('stg_sdd__wachtlijst') }} as wachtlijst
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('stg_sdd__indicaties') }} as indicatie
    on wachtlijst.indicatie_nummer = indicatie.indicatie_nummer
left join {{ ref('int_gemeente__indeling') }} as indeling
    on indicatie.gemeente_herkomst = indeling.gemeente_code
where wachtlijst.wachtend_sinds < nacht.afkap
