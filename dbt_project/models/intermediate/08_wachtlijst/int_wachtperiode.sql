-- One row per waiting spell of the SDD's list, half-open [s, e) (D.6). How silent points are read:
-- - The feed's wachtend_sinds and wachtend_tot decide (marts.md): no besluit or placement moves or ends a spell, and a
--   reden_uit without wachtend_tot ends nothing.
-- - Death ends everything (D.0, Q-08): a spell that the list lets run on ends on that day, uitgevallen, and one that
--   begins after it is not there. Of one day, what the list says goes before.
-- - wachtend_tot is the last day of waiting, inclusive like every date delivered: e = wachtend_tot + 1, so D.8's
--   midnights and the length e - s hold for spells as for stays.
-- - A spell is (indicatie_nummer, wachtend_sinds), the key of the feed: an indicatie can wait more than once, and a
--   corrected wachtend_sinds is another spell.
-- - Facts end with the last complete month (settled detail 13): a spell that begins later is not there, one that ends
--   later is still open.
-- - An end with reden_uit geplaatst is geplaatst; with any other reden, or none, uitgevallen: the balance must close.
-- - Herkomst is gemeente_herkomst of the indicatie of that number in the snapshot in force, ONBEKEND without one.
with periodes as (
    select
        wachtlijst.*,
        overlijden.overleden_op,
        case
            when
                wachtlijst.wachtend_tot < nacht.afkap
                and wachtlijst.wachtend_tot <= coalesce(overlijden.overleden_op, wachtlijst.wachtend_tot)
                then wachtlijst.wachtend_tot
        end as bekend_tot
    from {{ ref('stg_sdd__wachtlijst') }} as wachtlijst
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_overlijden') }} as overlijden
        on wachtlijst.persoon_sk = overlijden.persoon_sk
    where
        wachtlijst.wachtend_sinds < nacht.afkap
        and wachtlijst.wachtend_sinds <= coalesce(overlijden.overleden_op, wachtlijst.wachtend_sinds)
)

select
    md5(concat_ws('|', periode.indicatie_nummer, periode.wachtend_sinds)) as wachtperiode_id,
    'DAV' as regio,
    periode.indicatie_nummer,
    periode.wachtend_sinds,
    {{ gemeente_in_regio('indicatie.gemeente_herkomst', 'indeling', "'DAV'") }} as herkomst,
    periode.wachtend_sinds as s,
    coalesce(periode.bekend_tot + 1, periode.overleden_op + 1, date '{{ var("open_einde") }}') as e,
    case
        when periode.bekend_tot is not null and periode.reden_uit = 'geplaatst' then 'geplaatst'
        when periode.bekend_tot is not null or periode.overleden_op is not null then 'uitgevallen'
    end as uitkomst
from periodes as periode
left join {{ ref('stg_sdd__indicaties') }} as indicatie
    on periode.indicatie_nummer = indicatie.indicatie_nummer
left join {{ ref('int_gemeente__indeling') }} as indeling
    on indicatie.gemeente_herkomst = indeling.gemeente_code
