-- Conformed: every aanbieder that a mart uses stands in dim_aanbieder.
{% set gebruik = [
    ('mart_capaciteit', 'aanbieder'),
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
        from {{ ref('dim_aanbieder') }} as dimensie
        where dimensie.aanbieder = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
