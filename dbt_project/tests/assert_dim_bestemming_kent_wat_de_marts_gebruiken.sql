-- Conformed: every bestemming that a mart uses stands in dim_bestemming.
{% set gebruik = [
    ('mart_uitstroom', 'bestemming'),
] %}

{{ onbekende_waarden('dim_bestemming', 'bestemming', gebruik) }}
