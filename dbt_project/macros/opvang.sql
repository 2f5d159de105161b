{#-
  VGGM and the providers of opvang deliver the same two feeds: the aanmeldingen, or the stays, of both together.
  - soort: 'aanmeldingen' or 'verblijven'
-#}
{% macro opvang_van_alle_leveranciers(soort) -%}
    select * from {{ ref('stg_vggm__aanmeldingen' if soort == 'aanmeldingen' else 'stg_vggm__verblijven') }}
    union all
    select *
    from {{ ref('stg_zorgaanbieders__aanmeldingen' if soort == 'aanmeldingen' else 'stg_zorgaanbieders__opvang') }}
{%- endmacro %}

{#- Who a stay is of: the person of its aanmelding; without one somebody of its own, counted, never joined (Q-23). -#}
{% macro opvang_persoon(verblijf, aanmelding) -%}
    coalesce(
        {{ aanmelding }}.persoon_sk,
        encode(
            sha256(
                convert_to(
                    'zonder aanmelding|'
                    || {{ verblijf }}.leverancier
                    || '|'
                    || coalesce({{ verblijf }}.aanmeldnummer, {{ verblijf }}.verblijfnummer),
                    'UTF8'
                )
            ),
            'hex'
        )
    )
{%- endmacro %}

{#-
  The regio of a stay (D.0): VGGM's are of Centraal Gelderland, a provider's of the regio of gemeente_verblijf, of an
  unknown one that of most of its supplier's stays. NULL in neither region.
  - indeling, leverancier: aliases of int_gemeente__indeling on gemeente_verblijf and of int_leverancier__regio
-#}
{% macro opvang_regio(verblijf, indeling, leverancier) -%}
    case
        when {{ verblijf }}.leverancier = 'vggm' then 'CG'
        when
            coalesce({{ verblijf }}.gemeente_verblijf, '0000') in ('0000', '9999')
            or {{ indeling }}.gemeente_code is null
            then {{ leverancier }}.regio
        else {{ indeling }}.regio
    end
{%- endmacro %}
