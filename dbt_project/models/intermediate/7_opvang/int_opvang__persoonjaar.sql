-- One row per person, regio, year and kind of opvang (D.12): who applied in the year or was there in it. A stay is a
-- run of nights with gaps of at most 7 days inside one kind; the class of a person-year is that of the longest stay
-- that touches it: kort 1–3 nights, traject more (S-173, strict), zonder_verblijf none (Q-38). Ambulant help and Aware
-- have no nights; their days of support are in `dagen`.
with aanmeldingen as (
    select aanmelding.*
    from {{ ref('int_opvang__aanmelding') }} as aanmelding
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where aanmelding.aanmelddatum < nacht.afkap
),

verblijven as (
    {{ opvang_van_alle_leveranciers('verblijven') }}
),

perioden as (
    select
        aanmelding.regio,
        aanmelding.persoon_sk,
        aanmelding.aanmeldnummer,
        aanmelding.leverancier,
        case
            when verblijf.voorziening in ('ambulant', 'aware') then verblijf.voorziening else aanmelding.opvangsoort
        end
            as opvangsoort,
        verblijf.voorziening in ('ambulant', 'aware') as zonder_bed,
        verblijf.eerste_nacht as s,
        least(coalesce(verblijf.laatste_nacht + 1, nacht.afkap), nacht.afkap) as e
    from verblijven as verblijf
    inner join aanmeldingen as aanmelding
        on
            verblijf.leverancier = aanmelding.leverancier
            and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where
        verblijf.voorziening <> 'dagopvang'
        and verblijf.eerste_nacht < nacht.afkap
),

vergeleken as (
    select
        perioden.*,
        max(e) over (
            partition by regio, persoon_sk, opvangsoort
            order by s, e
            rows between unbounded preceding and 1 preceding
        ) as vorige_e
    from perioden
),

genummerd as (
    select
        vergeleken.*,
        sum(case when s - vorige_e <= {{ var('gap_nacht') }} then 0 else 1 end) over (
            partition by regio, persoon_sk, opvangsoort order by s, e
        ) as verblijf_nr
    from vergeleken
),

met_nachten as (
    select
        genummerd.*,
        sum(case when zonder_bed then 0 else e - s end) over (
            partition by regio, persoon_sk, opvangsoort, verblijf_nr
        ) as nachten
    from genummerd
),

per_jaar as (
    select
        met_nachten.*,
        kalender.jaar,
        make_date(kalender.jaar, 1, 1) as begin_jaar,
        make_date(kalender.jaar + 1, 1, 1) as einde_jaar
    from met_nachten
    cross join lateral generate_series(
        extract(year from met_nachten.s)::integer, extract(year from met_nachten.e - 1)::integer
    ) as kalender (jaar)
),

aanwezig as (
    select
        regio,
        persoon_sk,
        opvangsoort,
        jaar,
        max(nachten) as langste_verblijf,
        bool_or(zonder_bed) as zonder_bed,
        sum(least(e, einde_jaar) - greatest(s, begin_jaar)) as dagen,
        count(*) filter (where s >= begin_jaar) as begonnen
    from per_jaar
    group by regio, persoon_sk, opvangsoort, jaar
),

per_aanmelding as (
    select
        leverancier,
        aanmeldnummer,
        opvangsoort,
        max(nachten) as langste_verblijf
    from met_nachten
    group by leverancier, aanmeldnummer, opvangsoort
),

aangemeld as (
    select
        aanmelding.regio,
        aanmelding.persoon_sk,
        aanmelding.opvangsoort,
        extract(year from aanmelding.aanmelddatum)::integer as jaar,
        count(*) as meldingen,
        max(per_aanmelding.langste_verblijf) as langste_verblijf
    from aanmeldingen as aanmelding
    left join per_aanmelding
        on
            aanmelding.leverancier = per_aanmelding.leverancier
            and aanmelding.aanmeldnummer = per_aanmelding.aanmeldnummer
            and aanmelding.opvangsoort = per_aanmelding.opvangsoort
    group by 1, 2, 3, 4
),

persoonjaren as (
    select
        coalesce(aanwezig.regio, aangemeld.regio) as regio,
        coalesce(aanwezig.persoon_sk, aangemeld.persoon_sk) as persoon_sk,
        coalesce(aanwezig.opvangsoort, aangemeld.opvangsoort) as opvangsoort,
        coalesce(aanwezig.jaar, aangemeld.jaar) as jaar,
        coalesce(aangemeld.meldingen, 0) as meldingen,
        coalesce(aanwezig.begonnen, 0) as begonnen,
        coalesce(aanwezig.dagen, 0) as dagen,
        coalesce(aanwezig.zonder_bed, false) as zonder_bed,
        greatest(coalesce(aanwezig.langste_verblijf, 0), coalesce(aangemeld.langste_verblijf, 0)) as langste_verblijf
    from aanwezig
    full join aangemeld
        on
            aanwezig.regio = aangemeld.regio
            and aanwezig.persoon_sk = aangemeld.persoon_sk
            and aanwezig.opvangsoort = aangemeld.opvangsoort
            and aanwezig.jaar = aangemeld.jaar
)

select
    persoonjaren.regio,
    persoonjaren.persoon_sk,
    persoonjaren.opvangsoort,
    persoonjaren.jaar,
    case when persoonjaren.opvangsoort = 'aware' then persoonjaren.begonnen else persoonjaren.meldingen end
        as meldingen,
    case when persoonjaren.zonder_bed then 0 else persoonjaren.dagen end as nachten,
    persoonjaren.dagen,
    case
        when persoonjaren.langste_verblijf = 0 then 'zonder_verblijf'
        when persoonjaren.langste_verblijf <= {{ var('kort_verblijf_nachten') }} then 'kort'
        else 'traject'
    end as verblijfsklasse,
    aanmelding.rol,
    aanmelding.gezin_id,
    aanmelding.inschrijving,
    aanmelding.herkomst
from persoonjaren
inner join lateral (
    select rij.*
    from aanmeldingen as rij
    where
        rij.persoon_sk = persoonjaren.persoon_sk
        and rij.regio = persoonjaren.regio
    order by
        (rij.opvangsoort = persoonjaren.opvangsoort) desc,
        (extract(year from rij.aanmelddatum) <= persoonjaren.jaar) desc,
        rij.aanmelddatum desc,
        rij.aanmeldnummer collate "C"
    limit 1
) as aanmelding on true
