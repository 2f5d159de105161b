-- Conformed: every corporation that a mart uses stands in dim_corporatie.
{% set gebruik = [
    ('mart_woonopgave', 'corporatie'),
] %}

{{ onbekende_waarden('dim_corporatie', 'corporatie', gebruik) }}
