-- Conformed: every month that a mart uses stands in dim_maand.
{% set gebruik = [
    ('mart_administratief', 'maand'),
    ('mart_belangstellenden', 'maand'),
    ('mart_bezetting', 'maand'),
    ('mart_capaciteit', 'maand'),
    ('mart_dannenberg', 'maand'),
    ('mart_doorstroom', 'maand'),
    ('mart_gevoeligheid', 'maand'),
    ('mart_herinstroom', 'cohortmaand'),
    ('mart_herkomst_methode', 'maand'),
    ('mart_herkomst_opvang', 'maand'),
    ('mart_herkomst_verblijf', 'maand'),
    ('mart_import_export', 'maand'),
    ('mart_instroom', 'maand'),
    ('mart_keten', 'maand'),
    ('mart_leveringsvorm', 'maand'),
    ('mart_signalen', 'maand'),
    ('mart_stagnatie', 'maand'),
    ('mart_stroombalans', 'maand'),
    ('mart_uitstroom', 'maand'),
    ('mart_uitstroomgemeente', 'maand'),
    ('mart_verblijfsduur', 'maand'),
    ('mart_wachtlijst', 'maand'),
    ('mart_wachttijd', 'maand'),
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
        from {{ ref('dim_maand') }} as dimensie
        where dimensie.maand = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
