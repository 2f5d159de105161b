-- Conformed: every gemeente or pseudo-code, in the indeling of 1 January 2021 that a mart uses stands in dim_gemeente.
{% set gebruik = [
    ('mart_administratief', 'gemeente_code'),
    ('mart_belangstellenden', 'gemeente_code'),
    ('mart_bezetting', 'gemeente_code'),
    ('mart_bezetting_jaar', 'gemeente_code'),
    ('mart_capaciteit', 'gemeente_code'),
    ('mart_dannenberg', 'gemeente_code'),
    ('mart_doorstroom', 'gemeente_code'),
    ('mart_herinstroom', 'gemeente_code'),
    ('mart_herinstroom_jaar', 'gemeente_code'),
    ('mart_herkomst_opvang', 'herkomst_code'),
    ('mart_herkomst_verblijf', 'herkomst_code'),
    ('mart_herkomst_verblijf', 'verblijf_code'),
    ('mart_huurcontract', 'gemeente_code'),
    ('mart_import_export', 'gemeente_code'),
    ('mart_instroom', 'gemeente_code'),
    ('mart_nazorg', 'gemeente_code'),
    ('mart_ontruiming', 'gemeente_code'),
    ('mart_opvang', 'herkomst'),
    ('mart_opvang', 'inschrijving'),
    ('mart_stagnatie', 'gemeente_code'),
    ('mart_stroombalans', 'gemeente_code'),
    ('mart_uitstroom', 'gemeente_code'),
    ('mart_uitstroomgemeente', 'herkomst_code'),
    ('mart_uitstroomgemeente', 'uitstroom_code'),
    ('mart_uitstroomwoning', 'gemeente_code'),
    ('mart_verblijfsduur', 'gemeente_code'),
    ('mart_verdeelmodel', 'gemeente_code'),
    ('mart_verdeelmodel_grondslag', 'gemeente_code'),
    ('mart_verdeelmodel_kosten', 'gemeente_code'),
    ('mart_wachtlijst', 'gemeente_code'),
    ('mart_wachttijd', 'gemeente_code'),
    ('mart_woningzoekende', 'gemeente_code'),
    ('mart_woonopgave', 'gemeente_code'),
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
        from {{ ref('dim_gemeente') }} as dimensie
        where dimensie.gemeente_code = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
