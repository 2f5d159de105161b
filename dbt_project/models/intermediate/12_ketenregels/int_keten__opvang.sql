-- Stays in opvang: without an aanmelding nobody knows who it is (D.0, Q-23); beside beschermd wonen for longer than two
-- weeks one of the two is not true (Q-05). One row per stay that a rule applies to.
with verblijven as (
    {{ opvang_van_alle_leveranciers('verblijven') }}
),

aanmeldingen as (
    {{ opvang_van_alle_leveranciers('aanmeldingen') }}
)

select
    'keten.opvang.zonder_aanmelding' as regel_id,
    verblijf.leverancier,
    case verblijf.leverancier when 'vggm' then 'vggm_verblijven' else 'opvang' end as feed,
    verblijf.verblijfnummer as record,
    case verblijf.leverancier when 'vggm' then 'CG' else leverancier.regio end as regio,
    case verblijf.voorziening when 'vrouwenopvang' then 'VO' else 'MO' end as domein,
    null as persoon_sk,
    verblijf.eerste_nacht as sinds,
    aanmelding.aanmeldnummer is null as afwijkend
from verblijven as verblijf
cross join {{ ref('stg_levering__nacht') }} as nacht
left join aanmeldingen as aanmelding
    on
        verblijf.leverancier = aanmelding.leverancier
        and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
left join {{ ref('int_leverancier__regio') }} as leverancier
    on verblijf.leverancier = leverancier.leverancier
where
    verblijf.aanmeldnummer is not null
    and verblijf.eerste_nacht + {{ var('keten_bericht_dagen') }} < nacht.datum

union all

select
    'keten.opvang.naast_wonen' as regel_id,
    opvang.leverancier,
    {{ feed_van_plaatsing('opvang') }} as feed,
    opvang.sleutel_nummer as record,
    opvang.regio,
    opvang.domein,
    opvang.persoon_sk,
    coalesce(min(greatest(wonen.s, opvang.s)), opvang.s) as sinds,
    count(wonen.s) > 0 as afwijkend
from {{ ref('int_plaatsing') }} as opvang
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_plaatsing') }} as wonen
    on
        opvang.persoon_sk = wonen.persoon_sk
        and wonen.domein = 'BW'
        and wonen.basis = 'levering'
        and least(opvang.e, wonen.e, nacht.afkap) - greatest(opvang.s, wonen.s) > {{ var('overlap_signaal_dagen') }}
where opvang.domein = 'MO'
group by
    opvang.plaatsing_id, opvang.leverancier, opvang.domein, opvang.verblijf_id, opvang.sleutel_nummer, opvang.regio,
    opvang.persoon_sk, opvang.s
