-- Conformed: every aanbieder that a mart uses stands in dim_aanbieder.
{% set gebruik = [
    ('mart_capaciteit', 'aanbieder'),
] %}

{{ onbekende_waarden('dim_aanbieder', 'aanbieder', gebruik) }}
