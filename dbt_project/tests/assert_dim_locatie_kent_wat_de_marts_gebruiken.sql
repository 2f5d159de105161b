-- Conformed: every location that a mart uses stands in dim_locatie.
{% set gebruik = [
    ('mart_capaciteit', 'locatie'),
] %}

{{ onbekende_waarden('dim_locatie', 'locatiecode', gebruik) }}
