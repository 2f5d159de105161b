-- D.11: by step of the ladder, by both measures of origin of opvang, and by import and export it is one and the same
-- stand; and leavers by gemeente of uitstroom are the uitstroom.
with balans as (
    select
        regio,
        maand,
        domein,
        perimeter,
        basis,
        sum(stand_eind) as stand,
        sum(uitstroom) as uitstroom
    from {{ ref('mart_stroombalans') }}
    where gemeente_basis = 'herkomst'
    group by 1, 2, 3, 4, 5
),

geteld as (
    select
        'methode' as wat,
        regio,
        maand,
        domein,
        perimeter,
        basis,
        sum(personen) as aantal
    from {{ ref('mart_herkomst_methode') }}
    group by 1, 2, 3, 4, 5, 6

    union all

    select
        herkomstmaat as wat,
        regio,
        maand,
        domein,
        perimeter,
        basis,
        sum(personen) as aantal
    from {{ ref('mart_herkomst_opvang') }}
    group by 1, 2, 3, 4, 5, 6

    union all

    select
        'eigen_en_export' as wat,
        regio,
        maand,
        domein,
        perimeter,
        basis,
        sum(eigen + export) as aantal
    from {{ ref('mart_import_export') }}
    group by 1, 2, 3, 4, 5, 6

    union all

    select
        'eigen_en_import' as wat,
        regio,
        maand,
        domein,
        perimeter,
        basis,
        sum(eigen + import) as aantal
    from {{ ref('mart_import_export') }}
    group by 1, 2, 3, 4, 5, 6

    union all

    select
        'uitstroom' as wat,
        regio,
        maand,
        domein,
        perimeter,
        basis,
        sum(aantal) as aantal
    from {{ ref('mart_uitstroomgemeente') }}
    group by 1, 2, 3, 4, 5, 6
),

verwacht as (
    select
        balans.*,
        maat.wat,
        case maat.wat when 'uitstroom' then balans.uitstroom else balans.stand end as aantal
    from balans
    cross join (
        values
        ('methode'),
        ('inschrijving_bij_aanmelding'),
        ('historische_verblijfplaats'),
        ('eigen_en_export'),
        ('eigen_en_import'),
        ('uitstroom')
    ) as maat (wat)
    where
        balans.domein in ('MO', 'VO')
        or maat.wat not in ('inschrijving_bij_aanmelding', 'historische_verblijfplaats')
)

select
    wat,
    regio,
    maand,
    domein,
    perimeter,
    basis
from verwacht
full join geteld
    using (wat, regio, maand, domein, perimeter, basis)
where coalesce(verwacht.aantal, 0) <> coalesce(geteld.aantal, 0)
