-- Conformed: every product and voorziening that a mart uses stands in dim_product.
{% set gebruik = [
    ('mart_administratief', 'naar_product'),
    ('mart_administratief', 'van_product'),
    ('mart_bezetting', 'product_code'),
    ('mart_bezetting_jaar', 'product_code'),
    ('mart_capaciteit', 'product_code'),
    ('mart_doorstroom', 'naar_product'),
    ('mart_doorstroom', 'van_product'),
    ('mart_instroom', 'product_code'),
    ('mart_uitstroom', 'product_code'),
    ('mart_verblijfsduur', 'product_code'),
    ('mart_verdeelmodel_kosten', 'product_code'),
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
        from {{ ref('dim_product') }} as dimensie
        where dimensie.product_code = gebruik.{{ kolom }}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
