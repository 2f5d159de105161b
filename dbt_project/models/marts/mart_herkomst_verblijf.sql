-- Where clients come from against where they stay (D.11): the matrix adds up to the stand.
with standen as (
    select
        regio,
        maand,
        domein,
        perimeter,
        basis,
        herkomst as herkomst_code,
        verblijf as verblijf_code,
        count(*) as personen
    from {{ ref('int_stand') }}
    group by 1, 2, 3, 4, 5, 6, 7
),

dagen as (
    select
        regio,
        maand,
        domein,
        perimeter,
        basis,
        herkomst as herkomst_code,
        verblijf as verblijf_code,
        sum(dagen) as clientdagen
    from {{ ref('int_clientdagen') }}
    group by 1, 2, 3, 4, 5, 6, 7
)

select
    regio,
    maand,
    domein,
    perimeter,
    basis,
    herkomst_code,
    verblijf_code,
    coalesce(standen.personen, 0)::integer as personen,
    coalesce(dagen.clientdagen, 0)::integer as clientdagen,
    actualiteit.bijgewerkt_tot
from standen
full join dagen using (regio, maand, domein, perimeter, basis, herkomst_code, verblijf_code)
left join {{ ref('int_actualiteit') }} as actualiteit using (regio, domein, basis)
