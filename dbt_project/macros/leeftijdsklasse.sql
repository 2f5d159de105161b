{#- Age class on a day (Q-22): whole years, 29 February becomes 1 March in common years. -#}
{% macro leeftijdsklasse(geboortedatum, dag) -%}
    case
        when {{ geboortedatum }} is null then 'onbekend'
        when date_part('year', age({{ dag }}, {{ geboortedatum }})) < 18 then '0-17'
        when date_part('year', age({{ dag }}, {{ geboortedatum }})) <= 22 then '18-22'
        when date_part('year', age({{ dag }}, {{ geboortedatum }})) <= 29 then '23-29'
        when date_part('year', age({{ dag }}, {{ geboortedatum }})) <= 49 then '30-49'
        when date_part('year', age({{ dag }}, {{ geboortedatum }})) <= 64 then '50-64'
        else '65+'
    end
{%- endmacro %}

{#- Turns one row into two, one per gemeente_basis, with the gemeente of that basis. -#}
{% macro beide_gemeente_bases(herkomst, verblijf) -%}
    cross join lateral (
        values ('herkomst', {{ herkomst }}), ('verblijf', {{ verblijf }})
    ) as gemeente (gemeente_basis, gemeente_code)
{%- endmacro %}
