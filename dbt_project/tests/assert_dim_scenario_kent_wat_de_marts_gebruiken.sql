-- Conformed: every scenario of the verdeelmodel that a mart uses stands in dim_scenario.
{% set gebruik = [
    ('mart_verdeelmodel', 'scenario'),
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
        from {{ ref('dim_scenario') }} as dimensie
        where dimensie.scenario = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
