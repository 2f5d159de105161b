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
