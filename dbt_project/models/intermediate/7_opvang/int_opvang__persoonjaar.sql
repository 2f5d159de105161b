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
    select * from {{ ref('stg_vggm__verblijven') }}
    union all
    select * from {{ ref('stg_zorgaanbieders__opvang') }}
),

perioden as (
    select
        aanmelding.regio,
        aanmelding.persoon_sk,
        aanmelding.aanmeldnummer,
        aanmelding.leverancier,
        case when verblijf.voorziening in ('ambulant', 'aware') then verblijf.voorziening else aanmelding.opvangsoort end
            as opvangsoort,
        verblijf.voorziening in ('ambulant', 'aware') as zonder_bed,
        verblijf.eerste_nacht as s,
        least(coalesce(verblijf.laatste_nacht + 1, nacht.afkap), nacht.afkap) as e
    from verblijven as verblijf
    inner join aanmeldingen as aanmelding
        on verblijf.leverancier = aanmelding.leverancier
        and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
    cross join {{ ref('stg_levering__nacht') }} as nacht
    where
        verblijf.voorziening <> 'dagopvang'
        and verblijf.eerste_nacht < nacht.afkap
),

genummerd as (
    select
        gemarkeerd.*,
        sum(begint) over (partition by regio, persoon_sk, opvangsoort order by s, e) as verblijf_nr
    from (
        select
            perioden.*,
            case when s - max(e) over tot_hier <= {{ var('gap_nacht') }} then 0 else 1 end as begint
        from perioden
        window tot_hier as (
            partition by regio, persoon_sk, opvangsoort
            order by s, e
            rows between unbounded preceding and 1 preceding
        )
    ) as gemarkeerd
),

verblijf_nachten as (
    select
        regio,
        persoon_sk,
        opvangsoort,
        verblijf_nr,
        coalesce(sum(e - s) filter (where not zonder_bed), 0) as nachten
    from genummerd
    group by regio, persoon_sk, opvangsoort, verblijf_nr
),

aanwezig as (
    select
        genummerd.regio,
        genummerd.persoon_sk,
        genummerd.opvangsoort,
        jaar.jaar::integer as jaar,
        max(verblijf_nachten.nachten) as langste_verblijf,
        bool_or(genummerd.zonder_bed) as zonder_bed,
        sum(
            least(genummerd.e, make_date(jaar.jaar::integer + 1, 1, 1))
            - greatest(genummerd.s, make_date(jaar.jaar::integer, 1, 1))
        ) as dagen,
        count(*) filter (where extract(year from genummerd.s) = jaar.jaar) as begonnen
    from genummerd
    inner join verblijf_nachten
        using (regio, persoon_sk, opvangsoort, verblijf_nr)
    cross join lateral generate_series(
        extract(year from genummerd.s)::integer, extract(year from genummerd.e - 1)::integer
    ) as jaar (jaar)
    group by genummerd.regio, genummerd.persoon_sk, genummerd.opvangsoort, jaar.jaar
),

aangemeld as (
    select
        aanmelding.regio,
        aanmelding.persoon_sk,
        aanmelding.opvangsoort,
        extract(year from aanmelding.aanmelddatum)::integer as jaar,
        count(*) as meldingen,
        max(verblijf_nachten.nachten) as langste_verblijf
    from aanmeldingen as aanmelding
    left join genummerd
        on aanmelding.leverancier = genummerd.leverancier
        and aanmelding.aanmeldnummer = genummerd.aanmeldnummer
        and aanmelding.opvangsoort = genummerd.opvangsoort
    left join verblijf_nachten
        on genummerd.regio = verblijf_nachten.regio
        and genummerd.persoon_sk = verblijf_nachten.persoon_sk
        and genummerd.opvangsoort = verblijf_nachten.opvangsoort
        and genummerd.verblijf_nr = verblijf_nachten.verblijf_nr
    group by 1, 2, 3, 4
),

persoonjaren as (
    select
        regio,
        persoon_sk,
        opvangsoort,
        jaar,
        coalesce(aangemeld.meldingen, 0) as meldingen,
        coalesce(aanwezig.begonnen, 0) as begonnen,
        coalesce(aanwezig.dagen, 0) as dagen,
        coalesce(aanwezig.zonder_bed, false) as zonder_bed,
        greatest(coalesce(aanwezig.langste_verblijf, 0), coalesce(aangemeld.langste_verblijf, 0)) as langste_verblijf
    from aanwezig
    full join aangemeld
        using (regio, persoon_sk, opvangsoort, jaar)
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
