-- Conformed: every month that a mart uses stands in dim_maand. Not those of mart_revisies: it tells of figures as they
-- were published, of a year by its January, also when no figure of now speaks of that month.
{% set gebruik = [
    ('mart_actualiteit', 'maand'),
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

{{ onbekende_waarden('dim_maand', 'maand', gebruik) }}
