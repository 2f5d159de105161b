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

{{ onbekende_waarden('dim_product', 'product_code', gebruik) }}
