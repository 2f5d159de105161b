-- Conformed: every class of age that a mart uses stands in dim_leeftijdsklasse.
{% set gebruik = [
    ('mart_bezetting', 'leeftijdsklasse'),
    ('mart_bezetting_jaar', 'leeftijdsklasse'),
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
        from {{ ref('dim_leeftijdsklasse') }} as dimensie
        where dimensie.leeftijdsklasse = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
