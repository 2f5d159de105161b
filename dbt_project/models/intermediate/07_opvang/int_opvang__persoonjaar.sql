-- One row per person, regio, year and kind of opvang (D.12): who applied in the year or was there in it. Nights are
-- persons' nights: two beds in one night are one (E30). D.0 holds here too: nothing counts after death, a stay is of
-- the regio where it was, and one without its aanmelding is somebody's (kind `onbekend`). How silent points are read:
-- - A stay is a run of nights with gaps of at most 7 days inside one kind; the class of a person-year is that of the
--   longest stay that touches it, or that follows an aanmelding of it: kort 1–3 nights, traject more (S-173, strict),
--   zonder_verblijf none (Q-38). Ambulant help and Aware have no nights; their days of support are in `dagen`.
-- - rol, gezin and both measures of origin are those of the person's latest aanmelding of the kind up to the year, of
--   those of the regio; without one of those its stays in the regio were on.
with aanmeldingen as (
    select
        aanmelding.*,
        aanmelding.aanmelddatum < least(nacht.afkap, overlijden.overleden_op + 1) as telt
    from {{ ref('int_opvang__aanmelding') }} as aanmelding
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_overlijden') }} as overlijden
        on aanmelding.persoon_sk = overlijden.persoon_sk
),

verblijven as (
    {{ opvang_van_alle_leveranciers('verblijven') }}
),

toegewezen as (
    select
        verblijf.leverancier,
        verblijf.aanmeldnummer,
        {{ opvang_persoon('verblijf', 'aanmelding') }} as persoon_sk,
        {{ opvang_regio('verblijf', 'indeling', 'leverancier') }} as regio,
        case
            when verblijf.voorziening in ('ambulant', 'aware') then verblijf.voorziening
            else coalesce(aanmelding.opvangsoort, 'onbekend')
        end as opvangsoort,
        verblijf.voorziening not in ('ambulant', 'aware') as met_bed,
        verblijf.eerste_nacht,
        verblijf.laatste_nacht
    from verblijven as verblijf
    left join aanmeldingen as aanmelding
        on
            verblijf.leverancier = aanmelding.leverancier
            and verblijf.aanmeldnummer = aanmelding.aanmeldnummer
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on verblijf.gemeente_verblijf = indeling.gemeente_code
    left join {{ ref('int_leverancier__regio') }} as leverancier
        on verblijf.leverancier = leverancier.leverancier
    where verblijf.voorziening <> 'dagopvang'
),

perioden as (
    select
        toegewezen.*,
        toegewezen.eerste_nacht as van,
        least(toegewezen.laatste_nacht + 1, nacht.afkap, overlijden.overleden_op + 1) as tot
    from toegewezen
    cross join {{ ref('stg_levering__nacht') }} as nacht
    left join {{ ref('int_overlijden') }} as overlijden
        on toegewezen.persoon_sk = overlijden.persoon_sk
    where
        toegewezen.regio is not null
        and toegewezen.eerste_nacht < least(nacht.afkap, overlijden.overleden_op + 1)
),

delen as (
    {{ beste_per_interval('perioden', ['regio', 'persoon_sk', 'opvangsoort'], 'kandidaat.met_bed desc') }}
),

genummerd as (
    select
        vergeleken.*,
        sum(case when deel_van - vorig_tot <= {{ var('gap_nacht') }} then 0 else 1 end) over (
            partition by regio, persoon_sk, opvangsoort order by deel_van
        ) as verblijf_nr
    from (
        select
            delen.*,
            lag(deel_tot) over (partition by regio, persoon_sk, opvangsoort order by deel_van) as vorig_tot
        from delen
        where met_bed
    ) as vergeleken
),

met_nachten as (
    select
        genummerd.*,
        sum(deel_tot - deel_van) over (partition by regio, persoon_sk, opvangsoort, verblijf_nr) as nachten
    from genummerd
),

per_jaar as (
    select
        delen.regio,
        delen.persoon_sk,
        delen.opvangsoort,
        delen.met_bed,
        delen.deel_van,
        kalender.jaar,
        least(delen.deel_tot, make_date(kalender.jaar + 1, 1, 1))
        - greatest(delen.deel_van, make_date(kalender.jaar, 1, 1)) as dagen
    from delen
    cross join lateral generate_series(
        date_part('year', delen.deel_van)::integer, date_part('year', delen.deel_tot - 1)::integer
    ) as kalender (jaar)
),

aanwezig as (
    select
        deel.regio,
        deel.persoon_sk,
        deel.opvangsoort,
        deel.jaar,
        max(verblijf.nachten) as langste_verblijf,
        sum(deel.dagen) as dagen,
        coalesce(sum(deel.dagen) filter (where deel.met_bed), 0) as nachten
    from per_jaar as deel
    left join met_nachten as verblijf
        on
            deel.regio = verblijf.regio
            and deel.persoon_sk = verblijf.persoon_sk
            and deel.opvangsoort = verblijf.opvangsoort
            and deel.deel_van = verblijf.deel_van
    group by deel.regio, deel.persoon_sk, deel.opvangsoort, deel.jaar
),

begonnen as (
    select
        regio,
        persoon_sk,
        opvangsoort,
        date_part('year', van)::integer as jaar,
        count(*) as aantal
    from perioden
    group by 1, 2, 3, 4
),

aangemeld as (
    select
        aanmelding.regio,
        aanmelding.persoon_sk,
        aanmelding.opvangsoort,
        date_part('year', aanmelding.aanmelddatum)::integer as jaar,
        count(distinct concat_ws('|', aanmelding.leverancier, aanmelding.aanmeldnummer)) as meldingen,
        max(verblijf.nachten) as langste_verblijf
    from aanmeldingen as aanmelding
    left join perioden as periode
        on
            aanmelding.leverancier = periode.leverancier
            and aanmelding.aanmeldnummer = periode.aanmeldnummer
            and aanmelding.regio = periode.regio
            and aanmelding.opvangsoort = periode.opvangsoort
            and periode.met_bed
    left join met_nachten as verblijf
        on
            periode.regio = verblijf.regio
            and periode.persoon_sk = verblijf.persoon_sk
            and periode.opvangsoort = verblijf.opvangsoort
            and periode.van >= verblijf.deel_van
            and periode.van < verblijf.deel_tot
    where aanmelding.telt
    group by 1, 2, 3, 4
),

persoonjaren as (
    select
        regio,
        persoon_sk,
        opvangsoort,
        jaar,
        case opvangsoort
            when 'aware' then coalesce(begonnen.aantal, 0)
            else coalesce(aangemeld.meldingen, 0)
        end as meldingen,
        coalesce(aanwezig.dagen, 0) as dagen,
        coalesce(aanwezig.nachten, 0) as nachten,
        greatest(aanwezig.langste_verblijf, aangemeld.langste_verblijf, 0) as langste_verblijf
    from aanwezig
    full join aangemeld using (regio, persoon_sk, opvangsoort, jaar)
    left join begonnen using (regio, persoon_sk, opvangsoort, jaar)
),

beschreven as (
    select
        aanmelding.*,
        aanmelding.regio as in_regio,
        1 as voorrang
    from aanmeldingen as aanmelding
    where aanmelding.telt

    union all

    select
        aanmelding.*,
        periode.regio as in_regio,
        2 as voorrang
    from aanmeldingen as aanmelding
    inner join perioden as periode
        on
            aanmelding.leverancier = periode.leverancier
            and aanmelding.aanmeldnummer = periode.aanmeldnummer
)

select
    persoonjaren.regio,
    persoonjaren.persoon_sk,
    persoonjaren.opvangsoort,
    persoonjaren.jaar,
    persoonjaren.meldingen,
    persoonjaren.nachten,
    persoonjaren.dagen,
    case
        when persoonjaren.langste_verblijf = 0 then 'zonder_verblijf'
        when persoonjaren.langste_verblijf <= {{ var('kort_verblijf_nachten') }} then 'kort'
        else 'traject'
    end as verblijfsklasse,
    coalesce(aanmelding.rol, '-') as rol,
    aanmelding.gezin_id,
    {{ gemeente_in_regio('aanmelding.gemeente_inschrijving', 'inschrijving', 'persoonjaren.regio') }} as inschrijving,
    {{ gemeente_in_regio('aanmelding.gemeente_historisch', 'herkomst', 'persoonjaren.regio') }} as herkomst
from persoonjaren
left join lateral (
    select rij.*
    from beschreven as rij
    where
        rij.persoon_sk = persoonjaren.persoon_sk
        and rij.in_regio = persoonjaren.regio
    order by
        rij.voorrang,
        (rij.opvangsoort = persoonjaren.opvangsoort) desc,
        (date_part('year', rij.aanmelddatum) <= persoonjaren.jaar) desc,
        rij.aanmelddatum desc,
        rij.aanmeldnummer collate "C"
    limit 1
) as aanmelding on true
left join {{ ref('int_gemeente__indeling') }} as inschrijving
    on aanmelding.gemeente_inschrijving = inschrijving.gemeente_code
left join {{ ref('int_gemeente__indeling') }} as herkomst
    on aanmelding.gemeente_historisch = herkomst.gemeente_code
