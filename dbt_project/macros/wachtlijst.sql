{#- Status on the waiting list; a status outside the list of deliveries.md, or none, stays visible as onbekend. -#}
{% macro wachtstatus(kolom) -%}
    case when {{ kolom }} in ('urgent', 'actief', 'voorkeur', 'voorzorg') then {{ kolom }} else 'onbekend' end
{%- endmacro %}

{#- Number, mean and quartiles (D.6) of days, as columns with a suffix; empty where the number is 0. -#}
{% macro wachtdagen(dagen, achtervoegsel='') -%}
    count({{ dagen }})::integer as n{{ achtervoegsel }},
    avg({{ dagen }}) as dagen_gemiddeld{{ achtervoegsel }},
    {{ percentielen(dagen, [25, 50, 75, 90], achtervoegsel) }}
{%- endmacro %}

{#- Percentiles of days by linear interpolation (percentile_cont), as columns dagen_p…; empty without any days. -#}
{% macro percentielen(dagen, welke, achtervoegsel='') -%}
    {%- for p in welke %}
    percentile_cont({{ p / 100 }}) within group (order by {{ dagen }})::numeric as dagen_p{{ p }}{{ achtervoegsel }}
    {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The complete months (settled detail 13) from the first in which a row of one of the models begins, as a select;
    the day is `s`, or stands behind the model's name. -#}
{% macro volledige_maanden(modellen) -%}
    select
        maand::date as maand,
        (maand + interval '1 month')::date as volgende_maand
    from {{ ref('stg_levering__nacht') }} as nacht
    cross join lateral generate_series(
        least(
            {%- for model in modellen %}
            {%- set naam, dag = (model.split('.') + ['s'])[:2] %}
            (select date_trunc('month', min(begin.{{ dag }})) from {{ ref(naam) }} as begin){{ ',' if not loop.last }}
            {%- endfor %}
        ),
        nacht.afkap - interval '1 month',
        interval '1 month'
    ) as maand
{%- endmacro %}

{#- Up to where the SDD has delivered the given feeds: the earliest of their latest leverdata. -#}
{% macro sdd_bijgewerkt_tot(feeds) -%}
    (
        select min(actualiteit.laatste_leverdatum)
        from {{ ref('stg_levering__actualiteit') }} as actualiteit
        where actualiteit.leverancier = 'sdd' and actualiteit.feed in ('{{ feeds | join("', '") }}')
    )
{%- endmacro %}
