-- Conformed: every bestemming that a mart uses stands in dim_bestemming.
{% set gebruik = [
    ('mart_uitstroom', 'bestemming'),
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
        from {{ ref('dim_bestemming') }} as dimensie
        where dimensie.bestemming = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
