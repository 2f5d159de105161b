{#-
  Figures of periods from which people were forgotten because their retention term had passed can no longer be made: the
  marts begin after them. What was published of those periods stays as it was, in schema vintage.
-#}
{% macro binnen_bewaartermijn() -%}
    {%- set perioden = ['maand', 'cohortmaand', 'cohort_peildatum', 'jaar', 'cohortjaar'] -%}
    {%- set periode = perioden | select('in', model.columns) | first -%}
    {%- if execute and periode and model.name.startswith('mart_') and model.config.materialized == 'table' -%}
        delete from {{ this }}
        where {{ periode }} <= {{ 'extract(year from ' ~ weggevallen_tot() ~ ')' if 'jaar' in periode else weggevallen_tot() }}
    {%- endif -%}
{%- endmacro %}

{#- The last day of the periods that the marts do not have any more: the end of a year, or long ago. -#}
{% macro weggevallen_tot() -%}
    (select coalesce(max(tot), date '0001-01-01') from levering.vergeten where oorzaak = 'bewaartermijn')
{%- endmacro %}
