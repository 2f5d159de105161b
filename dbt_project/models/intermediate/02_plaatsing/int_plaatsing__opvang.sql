-- MO and VO levering: one placement per stay, except dagopvang, ambulant and aware (veldwerk has no stay).
-- VGGM's are of Centraal Gelderland, a provider's of the regio of gemeente_verblijf. Children count in
-- mart_opvang only, never among the clients of MO or VO (Q-27). A stay whose aanmelding is missing is a person
-- of its own: counted, never joined (Q-23).
with verblijven as (
    {{ opvang_van_alle_leveranciers('verblijven') }}
),

aanmeldingen as (
    {{ opvang_van_alle_leveranciers('aanmeldingen') }}
)

select
    verblijf.leverancier,
    {{ opvang_persoon('verblijf', 'aanmelding') }} as persoon_sk,
    verblijf.verblijfnummer,
    case verblijf.voorziening when 'vrouwenopvang' then 'VO' else 'MO' end as domein,
    verblijf.voorziening as product_code,
    verblijf.locatiecode,
    verblijf.gemeente_verblijf,
    verblijf.eerste_nacht as eerste_dag,
    verblijf.laatste_nacht as laatste_dag,
    {{ opvang_regio('verblijf', 'indeling', 'leverancier') }} as regio,
    aanmelding.gemeente_historisch as herkomst_code,
    -- what is stated at the aanmelding is step 3 of the ladder (D.11)
    case when aanmelding.gemeente_historisch is not null then 3 end as herkomst_methode,
    aanmelding.gemeente_inschrijving as inschrijving_code,
    coalesce(aanmelding.reden_dakloosheid, 'onbekend') as reden_dakloosheid,
    verblijf.bestemming,
    verblijf.gemeente_uitstroom
from verblijven as verblijf
left join aanmeldingen as aanmelding
    on
        verblijf.leverancier = aanmelding.leverancier
        and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
left join {{ ref('int_gemeente__indeling') }} as indeling
    on verblijf.gemeente_verblijf = indeling.gemeente_code
left join {{ ref('int_leverancier__regio') }} as leverancier
    on verblijf.leverancier = leverancier.leverancier
where
    verblijf.voorziening in ('nachtopvang', '24uursopvang', 'crisisopvang', 'vrouwenopvang')
    and aanmelding.rol is distinct from 'kind'
