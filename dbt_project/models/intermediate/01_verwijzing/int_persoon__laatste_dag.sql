-- Until when something was true of each person: the last day of any stay, indicatie, toewijzing, wait, lease or
-- registration, or the day of anything else that was delivered about them; an open one has no last day yet. One row per
-- person. From it follows whose retention term has passed (Wmo 2015, art. 5.3.4; doorstroom/vergeten.py).
{% set open = "date '" ~ var('open_einde') ~ "'" -%}
{% set feiten = [
    ('stg_sdd__indicaties', "greatest(aanmelddatum, intake_datum, besluitdatum, ingangsdatum, einddatum, beoordeeld_op)",
        "besluit = 'toegekend' and einddatum is null"),
    ('stg_sdd__wachtlijst', 'greatest(wachtend_sinds, wachtend_tot)', 'wachtend_tot is null'),
    ('stg_vggm__aanmeldingen', 'greatest(aanmelddatum, besluitdatum)', 'false'),
    ('stg_zorgaanbieders__aanmeldingen', 'greatest(aanmelddatum, besluitdatum)', 'false'),
    ('int_start', 'greatest(begindatum, einddatum)', 'einddatum is null'),
    ('int_stop', 'greatest(begindatum, einddatum)', 'false'),
    ('stg_zorgaanbieders__verblijven', 'greatest(eerste_dag, laatste_dag, uitstroomgereed_op)', 'laatste_dag is null'),
    ('stg_zorgaanbieders__nazorg', 'greatest(laatste_dag, meetdatum)', 'false'),
    ('stg_corporaties__verhuringen', 'greatest(ingangsdatum, omklapdatum, einddatum)', 'einddatum is null'),
    ('stg_corporaties__inschrijvingen', 'greatest(inschrijfdatum, uitschrijfdatum)', 'uitschrijfdatum is null'),
    ('stg_corporaties__ontruimingen', 'datum', 'false')
] -%}

with verblijven as (
    {{ opvang_van_alle_leveranciers('verblijven') }}
),

aanmeldingen as (
    {{ opvang_van_alle_leveranciers('aanmeldingen') }}
),

stops as (
    select
        toewijzingnummer,
        persoon_sk,
        max(einddatum) as einddatum
    from {{ ref('int_stop') }}
    group by toewijzingnummer, persoon_sk
),

dagen as (
    {% for relatie, laatste, loopt in feiten -%}
    select
        persoon_sk,
        case when {{ loopt }} then {{ open }} else {{ laatste }} end as dag
    from {{ ref(relatie) }}

    union all

    {% endfor -%}
    -- a toewijzing without an end date ends with the care it was for, once that was stopped
    select
        toewijzing.persoon_sk,
        case
            when toewijzing.einddatum is null and stop.toewijzingnummer is null then {{ open }}
            else greatest(toewijzing.ingangsdatum, toewijzing.einddatum, stop.einddatum)
        end as dag
    from {{ ref('int_wmo301__laatste') }} as toewijzing
    left join stops as stop
        on
            toewijzing.toewijzingnummer = stop.toewijzingnummer
            and toewijzing.persoon_sk = stop.persoon_sk

    union all

    select
        {{ opvang_persoon('verblijf', 'aanmelding') }} as persoon_sk,
        coalesce(verblijf.laatste_nacht, {{ open }}) as dag
    from verblijven as verblijf
    left join aanmeldingen as aanmelding
        on
            verblijf.leverancier = aanmelding.leverancier
            and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
)

select
    persoon_sk,
    max(dag) as laatste_dag
from dagen
where
    persoon_sk is not null
    and dag is not null
group by persoon_sk
