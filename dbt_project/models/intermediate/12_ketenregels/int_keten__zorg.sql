-- Who is known to be in care, by whatever message or list says so: standing starts and stays of beschermd wonen. One
-- row per start or stay; only for the rules across suppliers, which ask whether anybody delivers at all.
select
    leverancier,
    persoon_sk,
    toewijzingnummer,
    begindatum as eerste_dag,
    einddatum as laatste_dag
from {{ ref('int_start') }}

union all

select
    leverancier,
    persoon_sk,
    toewijzingnummer,
    eerste_dag,
    laatste_dag
from {{ ref('stg_zorgaanbieders__verblijven') }}
