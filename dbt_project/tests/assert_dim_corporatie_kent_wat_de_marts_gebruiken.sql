-- Conformed: every corporation that a mart uses stands in dim_corporatie.
{% set gebruik = [
    ('mart_woonopgave', 'corporatie'),
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
        from {{ ref('dim_corporatie') }} as dimensie
        where dimensie.corporatie = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
