{#-
  Numbers runs of adjoining intervals with the same attributes: gives the CTEs `gemarkeerd` and `aaneengesloten`, the
  latter with a column `groep` to group by.
  - delen: CTE with [deel_van, deel_tot), disjoint within the key; sleutel: key columns; kenmerken: what must be equal
-#}
{% macro aaneengesloten(delen, sleutel, kenmerken) -%}
gemarkeerd as (
    select
        *,
        case
            when deel_van = lag(deel_tot) over per_sleutel
                {%- for kenmerk in kenmerken %}
                and {{ kenmerk }} is not distinct from lag({{ kenmerk }}) over per_sleutel
                {%- endfor %}
                then 0
            else 1
        end as begint
    from {{ delen }}
    window per_sleutel as (partition by {{ sleutel | join(', ') }} order by deel_van)
),

aaneengesloten as (
    select
        *,
        sum(begint) over (partition by {{ sleutel | join(', ') }} order by deel_van) as groep
    from gemarkeerd
)
{%- endmacro %}
