{#-
  Cuts overlapping candidate intervals [van, tot) of one key into elementary intervals and gives each to the first
  candidate in `volgorde`. Grain of the result: one row per key and elementary interval that any candidate covers;
  columns: the key, `deel_van`, `deel_tot` and all columns of the candidate.
  - kandidaten: name of a CTE with the key columns, `van` and `tot`
  - sleutel: list of the key columns
  - volgorde: order by list that decides among candidates of one interval
-#}
{% macro beste_per_interval(kandidaten, sleutel, volgorde) -%}
    select distinct on ({% for kolom in sleutel %}deel.{{ kolom }}, {% endfor %}deel.deel_van)
        deel.deel_van,
        deel.deel_tot,
        kandidaat.*
    from (
        select
            {{ sleutel | join(', ') }},
            grens as deel_van,
            lead(grens) over (partition by {{ sleutel | join(', ') }} order by grens) as deel_tot
        from (
            select {{ sleutel | join(', ') }}, van as grens from {{ kandidaten }}
            union
            select {{ sleutel | join(', ') }}, tot as grens from {{ kandidaten }}
        ) as grenzen
    ) as deel
    inner join {{ kandidaten }} as kandidaat
        on {% for kolom in sleutel %}deel.{{ kolom }} = kandidaat.{{ kolom }} and {% endfor %}kandidaat.van <= deel.deel_van
        and kandidaat.tot >= deel.deel_tot
    order by {% for kolom in sleutel %}deel.{{ kolom }}, {% endfor %}deel.deel_van, {{ volgorde }}
{%- endmacro %}
