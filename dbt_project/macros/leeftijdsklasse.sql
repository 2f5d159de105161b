{#- Age on a day in whole years (Q-22): 29 February becomes 1 March in common years. -#}
{% macro leeftijd(geboortedatum, dag) -%}
    date_part('year', age({{ dag }}, {{ geboortedatum }}))
{%- endmacro %}

{#- Age class of an age in whole years (Q-22). -#}
{% macro leeftijdsklasse(leeftijd) -%}
    case
        when {{ leeftijd }} is null then 'onbekend'
        when {{ leeftijd }} < 18 then '0-17'
        when {{ leeftijd }} <= 22 then '18-22'
        when {{ leeftijd }} <= 29 then '23-29'
        when {{ leeftijd }} <= 49 then '30-49'
        when {{ leeftijd }} <= 64 then '50-64'
        else '65+'
    end
{%- endmacro %}

{#- Turns one row into two, one per gemeente_basis, with the gemeente of that basis. -#}
{% macro beide_gemeente_bases(herkomst, verblijf) -%}
    cross join lateral (
        values ('herkomst', {{ herkomst }}), ('verblijf', {{ verblijf }})
    ) as gemeente (gemeente_basis, gemeente_code)
{%- endmacro %}
