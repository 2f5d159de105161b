-- Conformed: every location that a mart uses stands in dim_locatie.
{% set gebruik = [
    ('mart_capaciteit', 'locatie'),
] %}

{% for mart, kolom in gebruik %}
select distinct
    '{{ mart }}' as mart,
    gebruik.{{ kolom }}::text as waarde
from {{ ref(mart) }} as gebruik
where
    gebruik.{{ kolom }} is not null
    and not exists (
        select 1
        from {{ ref('dim_locatie') }} as dimensie
        where dimensie.locatiecode = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
