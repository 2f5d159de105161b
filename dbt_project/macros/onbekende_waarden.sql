{#- Conformed: rows for what a mart uses and the dimension does not know. `gebruik` lists (mart, column); the value `niet`
    says that there is none. -#}
{% macro onbekende_waarden(dimensie, sleutel, gebruik, niet=none) %}
{% for mart, kolom in gebruik %}
select distinct
    '{{ mart }}' as mart,
    gebruik.{{ kolom }}::text as waarde
from {{ ref(mart) }} as gebruik
where
    gebruik.{{ kolom }} is not null
    {% if niet is not none %}and gebruik.{{ kolom }} <> '{{ niet }}'{% endif %}
    and not exists (
        select 1
        from {{ ref(dimensie) }} as dimensie
        where dimensie.{{ sleutel }} = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
{% endmacro %}
