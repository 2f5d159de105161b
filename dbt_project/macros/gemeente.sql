{#-
  The gemeente as marts show it (settled detail 8): in the indeling of 1 January 2021 within the regio, or a pseudo-code.
  - code: the delivered code of four digits; indeling: alias of int_gemeente__indeling joined on it; regio: the regio
-#}
{% macro gemeente_in_regio(code, indeling, regio) -%}
    case
        when {{ code }} is null or {{ code }} = '0000' then 'ONBEKEND'
        when {{ code }} = '9999' then 'NIET_INGESCHREVEN'
        when {{ indeling }}.gemeente_code is null then 'ONBEKEND'
        when {{ indeling }}.regio = {{ regio }} then {{ indeling }}.gemeente_code_2021
        else 'BUITEN_REGIO'
    end
{%- endmacro %}
