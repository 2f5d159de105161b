-- Who applied for beschermd wonen at the SDD and has no besluit yet (D.6: E01 and E02 without besluit), apart from
-- the waiting list, with a balance of its own. How an aanmelding and its besluit are read stands in int_aanvraag.
-- The unit is the aanmelding. Who is in care already (a renewal) is counted, and shown: it is an aanmelding
-- without besluit too.
with maanden as (
    {{ volledige_maanden(['int_aanvraag']) }}
),

standen as (
    select
        aanvraag.regio,
        aanvraag.herkomst,
        maanden.maand,
        maanden.volgende_maand,
        coalesce(aanvraag.intake_datum < maanden.volgende_maand, false) as intake_afgerond,
        stand.episode_id is not null as al_in_zorg
    from {{ ref('int_aanvraag') }} as aanvraag
    inner join maanden
        on
            aanvraag.s < maanden.volgende_maand
            and aanvraag.e > maanden.volgende_maand
    left join {{ ref('int_stand') }} as stand
        on
            aanvraag.persoon_sk = stand.persoon_sk
            and maanden.volgende_maand = stand.peildatum
            and aanvraag.regio = stand.regio
            and stand.domein = 'BW'
            and stand.basis = 'levering'
            and stand.perimeter = 'A'
),

bewegingen as (
    select
        regio,
        herkomst,
        maand,
        'eind' as maat,
        intake_afgerond,
        al_in_zorg
    from standen

    union all

    select
        standen.regio,
        standen.herkomst,
        standen.volgende_maand as maand,
        'begin' as maat,
        false as intake_afgerond,
        false as al_in_zorg
    from standen
    inner join maanden
        on standen.volgende_maand = maanden.maand

    union all

    select
        regio,
        herkomst,
        date_trunc('month', s)::date as maand,
        'aangemeld' as maat,
        false as intake_afgerond,
        false as al_in_zorg
    from {{ ref('int_aanvraag') }}
    where s is not null

    union all

    select
        regio,
        herkomst,
        date_trunc('month', e - 1)::date as maand,
        case
            when uitkomst in ('toegekend', 'afgewezen', 'ingetrokken', 'doorverwezen', 'overleden') then uitkomst
            else 'overig'
        end as maat,
        false as intake_afgerond,
        false as al_in_zorg
    from {{ ref('int_aanvraag') }}
    where
        s is not null
        and uitkomst is not null
),

balans as (
    select
        regio,
        herkomst as gemeente_code,
        maand,
        (count(*) filter (where maat = 'begin'))::integer as belangstellend_begin,
        (count(*) filter (where maat = 'aangemeld'))::integer as aangemeld,
        (count(*) filter (where maat = 'toegekend'))::integer as toegekend,
        (count(*) filter (where maat = 'afgewezen'))::integer as afgewezen,
        (count(*) filter (where maat = 'ingetrokken'))::integer as ingetrokken,
        (count(*) filter (where maat = 'doorverwezen'))::integer as doorverwezen,
        (count(*) filter (where maat = 'overleden'))::integer as overleden,
        (count(*) filter (where maat = 'overig'))::integer as overig,
        (count(*) filter (where maat = 'eind'))::integer as belangstellend_eind,
        (count(*) filter (where intake_afgerond))::integer as intake_afgerond_eind,
        (count(*) filter (where al_in_zorg))::integer as al_in_zorg_eind
    from bewegingen
    group by regio, herkomst, maand
)

select
    balans.*,
    balans.belangstellend_begin + balans.aangemeld - balans.toegekend - balans.afgewezen - balans.ingetrokken
    - balans.doorverwezen - balans.overleden - balans.overig - balans.belangstellend_eind as verschil,
    {{ sdd_bijgewerkt_tot(['sdd_indicaties']) }} as bijgewerkt_tot
from balans
