-- One row per gemeentecode that ever existed, with its code in the indeling of 1 January 2021 and the regio of
-- that. Codes are followed to their successor (settled detail 8). Vianen (0620) is not mapped on: it was never
-- a member (Q-15).
with recursive opvolging as (
    select
        gemeente_code,
        gemeente_code as code_2021,
        0 as stap
    from {{ ref('gemeente') }}

    union all

    select
        opvolging.gemeente_code,
        gemeente.opvolger_code as code_2021,
        opvolging.stap + 1 as stap
    from opvolging
    inner join {{ ref('gemeente') }} as gemeente
        on opvolging.code_2021 = gemeente.gemeente_code
    where
        gemeente.opvolger_code is not null
        and gemeente.datum_einde <= date '2021-01-01'
        and opvolging.code_2021 <> '0620'
        and opvolging.stap < 20
),

laatste as (
    select distinct on (gemeente_code)
        gemeente_code,
        'GM' || code_2021 as gemeente_code_2021
    from opvolging
    order by gemeente_code, stap desc
)

select
    laatste.gemeente_code,
    laatste.gemeente_code_2021,
    lid.regio
from laatste
left join {{ ref('regio_lid') }} as lid
    on laatste.gemeente_code_2021 = lid.gemeente_code
