-- Where the clients of a region come from and go to in a year (D.3, D.5): the in- and uitstroom of each domain by
-- kind. BW from MO and MO to BW are the chain (D.4).
with stromen as (
    select
        instroom.regio,
        extract(year from instroom.maand)::integer as jaar,
        instroom.domein,
        instroom.perimeter,
        instroom.basis,
        'in' as richting,
        case
            when instroom.route in ('MO', 'BW_andere_regio') then instroom.route
            when instroom.instroomtype in ('herinstroom', 'terugkeer') then 'terug'
            else instroom.instroomtype
        end as soort,
        instroom.aantal
    from {{ ref('mart_instroom') }} as instroom
    where instroom.gemeente_basis = 'herkomst'

    union all

    select
        uitstroom.regio,
        extract(year from uitstroom.maand)::integer as jaar,
        uitstroom.domein,
        uitstroom.perimeter,
        uitstroom.basis,
        'uit' as richting,
        case
            when uitstroom.bestemming = 'U08' then 'BW'
            when uitstroom.bestemming in ('U10', 'U11', 'U12', 'U10_of_U12') then 'ander_domein'
            when uitstroom.bestemming in ('U20', 'U21', 'U22') then 'elders'
            else uitstroom.bestemmingsgroep
        end as soort,
        uitstroom.aantal
    from {{ ref('mart_uitstroom') }} as uitstroom
    where uitstroom.gemeente_basis = 'herkomst'
)

select
    stromen.regio,
    stromen.jaar,
    stromen.domein,
    stromen.perimeter,
    stromen.basis,
    stromen.richting,
    stromen.soort,
    sum(stromen.aantal)::integer as aantal,
    actualiteit.bijgewerkt_tot
from stromen
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        stromen.regio = actualiteit.regio
        and stromen.domein = actualiteit.domein
        and stromen.basis = actualiteit.basis
group by 1, 2, 3, 4, 5, 6, 7, actualiteit.bijgewerkt_tot
