-- Conformed: every class of age that a mart uses stands in dim_leeftijdsklasse.
{% set gebruik = [
    ('mart_bezetting', 'leeftijdsklasse'),
    ('mart_bezetting_jaar', 'leeftijdsklasse'),
] %}

{{ onbekende_waarden('dim_leeftijdsklasse', 'leeftijdsklasse', gebruik) }}
