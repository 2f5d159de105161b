-- Conformed: every scenario of the verdeelmodel that a mart uses stands in dim_scenario.
{% set gebruik = [
    ('mart_verdeelmodel', 'scenario'),
] %}

{{ onbekende_waarden('dim_scenario', 'scenario', gebruik) }}
