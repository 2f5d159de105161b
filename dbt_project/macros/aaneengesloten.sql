{#-
  Numbers runs of adjoining intervals with the same attributes: all columns of the input and `groep`, to group by.
  - delen: CTE with [deel_van, deel_tot), disjoint within the key; sleutel: key columns; kenmerken: what must be equal
-#}
{% macro aaneengesloten(delen, sleutel, kenmerken) -%}
    select
        vergeleken.*,
        sum(
            case
                when deel_van = vorig_tot
                {%- for kenmerk in kenmerken %}
                    and {{ kenmerk }} is not distinct from vorig_{{ kenmerk }}
                {%- endfor %}
                    then 0
                else 1
            end
        ) over (partition by {{ sleutel | join(', ') }} order by deel_van) as groep
    from (
        select
            *,
            lag(deel_tot) over (partition by {{ sleutel | join(', ') }} order by deel_van) as vorig_tot,
            {%- for kenmerk in kenmerken %}
            lag({{ kenmerk }}) over (
                partition by {{ sleutel | join(', ') }} order by deel_van
            ) as vorig_{{ kenmerk }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ delen }}
    ) as vergeleken
{%- endmacro %}
