{#-
  The supplier's own record behind a placement of basis levering: its feed and its number there.
  - plaatsing: alias of int_plaatsing
-#}
{% macro feed_van_plaatsing(plaatsing) -%}
    case
        when {{ plaatsing }}.domein <> 'BW' and {{ plaatsing }}.leverancier = 'vggm' then 'vggm_verblijven'
        when {{ plaatsing }}.domein <> 'BW' then 'opvang'
        when {{ plaatsing }}.verblijf_id is not null then 'verblijven'
        else 'wmo305'
    end
{%- endmacro %}
