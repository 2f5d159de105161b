{#-
  Occupancy per period ('maand' or 'jaar'). For a year the stand is that at its end, or at the end of the last complete
  month of a year that is not over.
-#}
{% macro bezetting(periode) -%}
with dagen_per_periode as (
    select
        clientdagen.*,
        min(eerste_dag) over (
            partition by
                clientdagen.persoon_sk, clientdagen.regio, clientdagen.domein, clientdagen.basis,
                clientdagen.perimeter, clientdagen.{{ periode }}
        ) as eerste_dag_periode
    from {{ ref('int_clientdagen') }} as clientdagen
),

dagen as (
    select
        dagen_per_periode.*,
        {{ leeftijd('persoon.geboortedatum', 'dagen_per_periode.eerste_dag_periode') }} as leeftijd
    from dagen_per_periode
    left join {{ ref('int_persoon__geboortedatum') }} as persoon
        on dagen_per_periode.persoon_sk = persoon.persoon_sk
),

standen as (
    select
        stand.*,
        maand.jaar,
        {{ leeftijd('persoon.geboortedatum', 'stand.peildatum') }} as leeftijd
    from {{ ref('int_stand') }} as stand
    inner join {{ ref('int_maand') }} as maand
        on stand.maand = maand.maand
    left join {{ ref('int_persoon__geboortedatum') }} as persoon
        on stand.persoon_sk = persoon.persoon_sk
    {%- if periode == 'jaar' %}
    where maand.maand = (select max(laatste.maand) from {{ ref('int_maand') }} as laatste where laatste.jaar = maand.jaar)
    {%- endif %}
),

metingen as (
    select
        dagen.regio,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        dagen.{{ periode }},
        dagen.domein,
        dagen.perimeter,
        dagen.basis,
        dagen.product_code,
        dagen.leveringsvorm,
        {{ leeftijdsklasse('dagen.leeftijd') }} as leeftijdsklasse,
        dagen.persoon_sk,
        dagen.dagen,
        dagen.dagen_in_jaar,
        0 as stand
    from dagen
    {{ beide_gemeente_bases('dagen.herkomst', 'dagen.verblijf') }}

    union all

    select
        standen.regio,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        standen.{{ periode }},
        standen.domein,
        standen.perimeter,
        standen.basis,
        standen.product_code,
        standen.leveringsvorm,
        {{ leeftijdsklasse('standen.leeftijd') }} as leeftijdsklasse,
        null as persoon_sk,
        0 as dagen,
        null as dagen_in_jaar,
        1 as stand
    from standen
    {{ beide_gemeente_bases('standen.herkomst', 'standen.verblijf') }}
)

select
    meting.regio,
    meting.gemeente_basis,
    meting.gemeente_code,
    meting.{{ periode }},
    meting.domein,
    meting.perimeter,
    meting.basis,
    meting.product_code,
    meting.leveringsvorm,
    meting.leeftijdsklasse,
    sum(meting.stand)::integer as stand_eind,
    sum(meting.dagen)::integer as clientdagen,
    coalesce(sum(meting.dagen)::numeric / max(meting.dagen_in_jaar), 0) as zorgjaren,
    count(distinct meting.persoon_sk)::integer as unieke_clienten,
    actualiteit.bijgewerkt_tot
from metingen as meting
left join {{ ref('int_actualiteit') }} as actualiteit
    on meting.regio = actualiteit.regio
    and meting.domein = actualiteit.domein
    and meting.basis = actualiteit.basis
group by
    meting.regio, meting.gemeente_basis, meting.gemeente_code, meting.{{ periode }}, meting.domein, meting.perimeter,
    meting.basis, meting.product_code, meting.leveringsvorm, meting.leeftijdsklasse, actualiteit.bijgewerkt_tot
{%- endmacro %}
