-- The times of D.6 from aanmelding by besluit to the first day of care, in two views that are never averaged
-- together. How silent points are read, beside those of int_aanvraag and int_wachtperiode:
-- - gerealiseerd: besluit for every besluit of the month; plaatsing and totaal for the spells on the list that ended
--   in the month with a placement, from besluitdatum and aanmelddatum to the first day of care. Negative where care
--   began before the besluit (Q-20). A time of which a date is not known is not in n.
-- - wachtend, on midnight b at the end of the month: besluit for the belangstellenden, plaatsing and totaal for the
--   spells that stand on the list; the days up to b.
with maanden as (
    {{ volledige_maanden(['int_aanvraag', 'int_wachtperiode']) }}
),

tijden as (
    select
        regio,
        herkomst,
        date_trunc('month', besluitdatum)::date as maand,
        'besluit' as tijd,
        'gerealiseerd' as weergave,
        besluitdatum - aanmelddatum as dagen
    from {{ ref('int_aanvraag') }}

    union all

    select
        aanvraag.regio,
        aanvraag.herkomst,
        maanden.maand,
        'besluit' as tijd,
        'wachtend' as weergave,
        maanden.volgende_maand - aanvraag.s as dagen
    from {{ ref('int_aanvraag') }} as aanvraag
    inner join maanden
        on
            aanvraag.s < maanden.volgende_maand
            and aanvraag.e > maanden.volgende_maand

    union all

    select
        periode.regio,
        periode.herkomst,
        date_trunc('month', periode.e - 1)::date as maand,
        tijd.tijd,
        'gerealiseerd' as weergave,
        aanvraag.eerste_dag_zorg - tijd.van as dagen
    from {{ ref('int_wachtperiode') }} as periode
    inner join {{ ref('int_aanvraag') }} as aanvraag
        on periode.indicatie_nummer = aanvraag.indicatie_nummer
    cross join
        lateral (
            values ('plaatsing', aanvraag.besluitdatum), ('totaal', aanvraag.aanmelddatum)
        ) as tijd (tijd, van)
    where periode.uitkomst = 'geplaatst'

    union all

    select
        periode.regio,
        periode.herkomst,
        maanden.maand,
        tijd.tijd,
        'wachtend' as weergave,
        maanden.volgende_maand - tijd.van as dagen
    from {{ ref('int_wachtperiode') }} as periode
    inner join {{ ref('int_aanvraag') }} as aanvraag
        on periode.indicatie_nummer = aanvraag.indicatie_nummer
    inner join maanden
        on
            periode.s < maanden.volgende_maand
            and periode.e > maanden.volgende_maand
    cross join
        lateral (
            values ('plaatsing', aanvraag.besluitdatum), ('totaal', aanvraag.aanmelddatum)
        ) as tijd (tijd, van)
    where tijd.van < maanden.volgende_maand
)

select
    regio,
    herkomst as gemeente_code,
    maand,
    tijd,
    weergave,
    {{ wachtdagen('dagen') }},
    least(
        {{ sdd_bijgewerkt_tot(['sdd_wachtlijst', 'sdd_indicaties']) }},
        (
            select actualiteit.bijgewerkt_tot
            from {{ ref('int_actualiteit') }} as actualiteit
            where
                actualiteit.regio = 'DAV'
                and actualiteit.domein = 'BW'
                and actualiteit.basis = 'levering'
        )
    ) as bijgewerkt_tot
from tijden
where dagen is not null
group by regio, herkomst, maand, tijd, weergave
