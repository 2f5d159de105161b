-- One row per aanmelding for MO or VO. VGGM's are of Centraal Gelderland; a provider's is of the regio of its first
-- stay, and without a stay of the regio of most of its supplier's stays (definitions, D.0).
with aanmeldingen as (
    {{ opvang_van_alle_leveranciers('aanmeldingen') }}
),

met_regio as (
    select
        aanmelding.*,
        case
            when aanmelding.leverancier = 'vggm' then 'CG'
            else coalesce(eerste.regio, leverancier.regio)
        end as regio
    from aanmeldingen as aanmelding
    left join lateral (
        select indeling.regio
        from {{ ref('stg_zorgaanbieders__opvang') }} as verblijf
        inner join {{ ref('int_gemeente__indeling') }} as indeling
            on verblijf.gemeente_verblijf = indeling.gemeente_code
        where
            verblijf.leverancier = aanmelding.leverancier
            and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
            and indeling.regio is not null
        order by verblijf.eerste_nacht, verblijf.verblijfnummer collate "C"
        limit 1
    ) as eerste on true
    left join {{ ref('int_leverancier__regio') }} as leverancier
        on aanmelding.leverancier = leverancier.leverancier
)

select
    met_regio.leverancier,
    met_regio.aanmeldnummer,
    met_regio.persoon_sk,
    met_regio.regio,
    met_regio.aanmelddatum,
    coalesce(met_regio.opvangsoort, 'onbekend') as opvangsoort,
    coalesce(met_regio.rol, '-') as rol,
    met_regio.gezin_id,
    met_regio.gemeente_inschrijving,
    met_regio.gemeente_historisch
from met_regio
where
    met_regio.regio is not null
    and met_regio.persoon_sk is not null
