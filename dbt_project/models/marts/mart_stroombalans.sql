-- The balance closes per regio, gemeente, maand, domein, perimeter and basis (D.8): stand begin + instroom −
-- uitstroom + wissel in − wissel uit + grens in − grens uit = stand eind. Stand begin is counted on its own
-- midnight, not carried over.
with bewegingen as (
    select
        stand.regio,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        stand.domein,
        stand.perimeter,
        stand.basis,
        stand.maand,
        'stand_eind' as maat,
        count(*) as aantal
    from {{ ref('int_stand') }} as stand
    {{ beide_gemeente_bases('stand.herkomst', 'stand.verblijf') }}
    group by 1, 2, 3, 4, 5, 6, 7

    union all

    select
        stand.regio,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        stand.domein,
        stand.perimeter,
        stand.basis,
        stand.peildatum as maand,
        'stand_begin' as maat,
        count(*) as aantal
    from {{ ref('int_stand') }} as stand
    {{ beide_gemeente_bases('stand.herkomst', 'stand.verblijf') }}
    group by 1, 2, 3, 4, 5, 6, 7

    union all

    select
        instroom.regio,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        instroom.domein,
        instroom.perimeter,
        instroom.basis,
        instroom.maand,
        'instroom' as maat,
        count(*) as aantal
    from {{ ref('int_instroom') }} as instroom
    {{ beide_gemeente_bases('instroom.herkomst', 'instroom.verblijf') }}
    group by 1, 2, 3, 4, 5, 6, 7

    union all

    select
        uitstroom.regio,
        gemeente.gemeente_basis,
        gemeente.gemeente_code,
        uitstroom.domein,
        uitstroom.perimeter,
        uitstroom.basis,
        uitstroom.maand,
        'uitstroom' as maat,
        count(*) as aantal
    from {{ ref('int_uitstroom') }} as uitstroom
    {{ beide_gemeente_bases('uitstroom.herkomst', 'uitstroom.verblijf') }}
    group by 1, 2, 3, 4, 5, 6, 7

    union all

    select
        wissel.regio,
        'verblijf' as gemeente_basis,
        richting.gemeente_code,
        wissel.domein,
        wissel.perimeter,
        wissel.basis,
        wissel.maand,
        richting.maat,
        count(*) as aantal
    from {{ ref('int_verblijfswissel') }} as wissel
    cross join
        lateral (
            values ('wissel_in', wissel.naar_verblijf), ('wissel_uit', wissel.van_verblijf)
        ) as richting (maat, gemeente_code)
    group by 1, 2, 3, 4, 5, 6, 7, 8
),

cellen as (
    select distinct
        regio,
        gemeente_basis,
        gemeente_code,
        domein,
        perimeter,
        basis
    from bewegingen
),

balans as (
    select
        cel.regio,
        cel.gemeente_basis,
        cel.gemeente_code,
        maand.maand,
        cel.domein,
        cel.perimeter,
        cel.basis,
        coalesce(sum(beweging.aantal) filter (where beweging.maat = 'stand_begin'), 0)::integer as stand_begin,
        coalesce(sum(beweging.aantal) filter (where beweging.maat = 'instroom'), 0)::integer as instroom,
        coalesce(sum(beweging.aantal) filter (where beweging.maat = 'uitstroom'), 0)::integer as uitstroom,
        coalesce(sum(beweging.aantal) filter (where beweging.maat = 'wissel_in'), 0)::integer as wissel_in,
        coalesce(sum(beweging.aantal) filter (where beweging.maat = 'wissel_uit'), 0)::integer as wissel_uit,
        -- Membership of a regio is fixed over the years of the data (Q-16, parameter regio_lid): nobody crosses a moved
        -- border, and a code outside its validity is mapped all the same.
        0 as grens_in,
        0 as grens_uit,
        coalesce(sum(beweging.aantal) filter (where beweging.maat = 'stand_eind'), 0)::integer as stand_eind
    from cellen as cel
    cross join {{ ref('int_maand') }} as maand
    left join bewegingen as beweging
        on
            cel.regio = beweging.regio
            and cel.gemeente_basis = beweging.gemeente_basis
            and cel.gemeente_code = beweging.gemeente_code
            and cel.domein = beweging.domein
            and cel.perimeter = beweging.perimeter
            and cel.basis = beweging.basis
            and maand.maand = beweging.maand
    group by 1, 2, 3, 4, 5, 6, 7
)

select
    balans.*,
    balans.stand_begin + balans.instroom - balans.uitstroom + balans.wissel_in - balans.wissel_uit
    + balans.grens_in - balans.grens_uit - balans.stand_eind as verschil,
    actualiteit.bijgewerkt_tot
from balans
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        balans.regio = actualiteit.regio
        and balans.domein = actualiteit.domein
        and balans.basis = actualiteit.basis
