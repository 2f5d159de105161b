-- The housing task per gemeente and year (D.5, D.7, D.10). Two kinds of rows, because nobody's potential belongs to a
-- corporation:
-- - per corporation, gemeente of the dwelling: contingent_aantal, toegewezen, benut_percentage, wachttijd_woning_p50;
-- - corporatie `-`, gemeente of herkomst of the client: potentieel_k, potentieel_m, stagnatie,
--   landing_herkomst_percentage.
-- What the other kind holds is NULL. Choices where the definitions are silent:
-- - contingent: an absolute agreement is its aantal, a percentage one round(0.02 x mutaties), half away from zero, each
--   agreement by itself (D.7); unknown when a part of it is. A year after that of the last complete month is left
--   out;
-- - toegewezen: leases that name a contingent and begin in the year, whatever their contractsoort (D.7);
-- - wachttijd: of the leases that begin in the year (int_verhuring), BW only since no other feed says uitstroomgereed;
-- - potential and stagnation at the end of the year, of a running year at the end of the last complete month: in
--   perimeter B, levering; stagnatie is anybody above K, M or product norm, once (int_woonopgave__stand). NULL
--   for the classes in CG, whose access delivers none;
-- - landing: exits U01-U05, levering, of perimeter B, MO and VO, whose last day is in the year; all of them in the
--   denominator, unknown is not landed. Uitstroomgemeente is the supplier's, else that of the lease linked by BSN.
--   Herkomst is that of the episode; outside the regio gemeenten are compared one by one as well.
with jaren as (
    select
        jaar,
        max(maand) as laatste_maand
    from {{ ref('int_maand') }}
    group by jaar
),

contingenten as (
    select
        contingent.leverancier as corporatie,
        coalesce(indeling.regio, corporatie.regio) as regio,
        {{ gemeente_in_regio('contingent.gemeente', 'indeling', 'coalesce(indeling.regio, corporatie.regio)') }}
            as gemeente_code,
        contingent.jaar,
        case contingent.soort
            when 'absoluut' then contingent.aantal
            when 'pct_mutaties' then round({{ var('contingent_aandeel_mutaties') }} * contingent.mutaties)
        end as aantal
    from {{ ref('stg_corporaties__contingenten') }} as contingent
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on contingent.gemeente = indeling.gemeente_code
    left join {{ ref('int_corporatie__regio') }} as corporatie
        on contingent.leverancier = corporatie.corporatie
),

per_contingent as (
    select
        regio,
        gemeente_code,
        jaar,
        corporatie,
        case when count(*) = count(aantal) then sum(aantal)::integer end as contingent_aantal
    from contingenten
    where
        regio is not null
        and jaar <= (select max(jaar) from jaren)
    group by regio, gemeente_code, jaar, corporatie
),

per_verhuring as (
    select
        regio,
        gemeente_code,
        jaar,
        corporatie,
        count(contingent)::integer as toegewezen,
        count(wachttijd_dagen)::integer as n_wachttijd,
        percentile_cont(0.5) within group (order by wachttijd_dagen)::numeric as wachttijd_woning_p50
    from {{ ref('int_verhuring') }}
    group by regio, gemeente_code, jaar, corporatie
),

per_corporatie as (
    select
        regio,
        gemeente_code,
        jaar,
        corporatie,
        per_contingent.contingent_aantal,
        coalesce(per_verhuring.toegewezen, 0) as toegewezen,
        coalesce(per_verhuring.n_wachttijd, 0) as n_wachttijd,
        per_verhuring.wachttijd_woning_p50
    from per_contingent
    full join per_verhuring using (regio, gemeente_code, jaar, corporatie)
    where
        per_contingent.corporatie is not null
        or per_verhuring.toegewezen > 0
        or per_verhuring.n_wachttijd > 0
),

per_stand as (
    select
        stand.regio,
        stand.herkomst as gemeente_code,
        jaren.jaar,
        count(distinct stand.persoon_sk) filter (where stand.kenmerk = 'potentieel_k') as potentieel_k,
        count(distinct stand.persoon_sk) filter (where stand.kenmerk = 'potentieel_m') as potentieel_m,
        count(distinct stand.persoon_sk) filter (
            where stand.kenmerk in ('stagnatie_k', 'stagnatie_m', 'stagnatie_product')
        ) as stagnatie
    from {{ ref('int_woonopgave__stand') }} as stand
    inner join jaren
        on stand.maand = jaren.laatste_maand
    group by stand.regio, stand.herkomst, jaren.jaar
),

vertrokken as (
    select
        uitstroom.regio,
        uitstroom.herkomst as gemeente_code,
        extract(year from uitstroom.datum)::integer as jaar,
        coalesce(
            herkomst.gemeente_code_2021
            = coalesce(vertrek.code_2021, verhuring.gemeente_code_2021)
            and episode.herkomst_code not in ('0000', '9999'),
            false
        ) as in_herkomst
    from {{ ref('int_uitstroom') }} as uitstroom
    inner join {{ ref('int_episode') }} as episode
        on uitstroom.episode_id = episode.episode_id
    left join {{ ref('int_gemeente__indeling') }} as herkomst
        on episode.herkomst_code = herkomst.gemeente_code
    left join {{ ref('int_uitstroom__vertrek') }} as vertrek
        on uitstroom.episode_id = vertrek.episode_id
    left join {{ ref('int_koppeling__woning') }} as verhuring
        on
            uitstroom.episode_id = verhuring.episode_id
            and verhuring.zekerheid = 'hoog'
    where
        uitstroom.basis = 'levering'
        and uitstroom.perimeter in ('{{ var("woonopgave_perimeter") }}', '-')
        and uitstroom.bestemming in ('U01', 'U02', 'U03', 'U04', 'U05')
),

per_vertrek as (
    select
        regio,
        gemeente_code,
        jaar,
        count(*) as n_landing,
        count(*) filter (where in_herkomst) as n_landing_herkomst
    from vertrokken
    group by regio, gemeente_code, jaar
),

per_gemeente as (
    select
        regio,
        gemeente_code,
        jaar,
        coalesce(per_stand.potentieel_k, 0) as potentieel_k,
        coalesce(per_stand.potentieel_m, 0) as potentieel_m,
        coalesce(per_stand.stagnatie, 0) as stagnatie,
        coalesce(per_vertrek.n_landing, 0) as n_landing,
        coalesce(per_vertrek.n_landing_herkomst, 0) as n_landing_herkomst
    from per_stand
    full join per_vertrek using (regio, gemeente_code, jaar)
    where
        per_stand.potentieel_k + per_stand.potentieel_m + per_stand.stagnatie > 0
        or per_vertrek.n_landing > 0
),

rijen as (
    select
        regio,
        gemeente_code,
        jaar,
        corporatie,
        contingent_aantal,
        toegewezen,
        100.0 * toegewezen / nullif(contingent_aantal, 0) as benut_percentage,
        n_wachttijd,
        wachttijd_woning_p50,
        null::integer as potentieel_k,
        null::integer as potentieel_m,
        null::integer as stagnatie,
        null::integer as n_landing,
        null::integer as n_landing_herkomst,
        null::numeric as landing_herkomst_percentage
    from per_corporatie

    union all

    select
        regio,
        gemeente_code,
        jaar,
        '-' as corporatie,
        null as contingent_aantal,
        null as toegewezen,
        null as benut_percentage,
        null as n_wachttijd,
        null as wachttijd_woning_p50,
        case when regio = 'DAV' then potentieel_k::integer end as potentieel_k,
        case when regio = 'DAV' then potentieel_m::integer end as potentieel_m,
        stagnatie::integer as stagnatie,
        n_landing::integer as n_landing,
        n_landing_herkomst::integer as n_landing_herkomst,
        100.0 * n_landing_herkomst / nullif(n_landing, 0) as landing_herkomst_percentage
    from per_gemeente
)

select
    rijen.regio,
    rijen.gemeente_code,
    rijen.jaar,
    rijen.corporatie,
    rijen.contingent_aantal,
    rijen.toegewezen,
    rijen.benut_percentage,
    rijen.n_wachttijd,
    rijen.wachttijd_woning_p50,
    rijen.potentieel_k,
    rijen.potentieel_m,
    rijen.stagnatie,
    rijen.n_landing,
    rijen.n_landing_herkomst,
    rijen.landing_herkomst_percentage,
    -- the earliest of what is there: NULL counts for nothing in least()
    least(actualiteit.bijgewerkt_tot, corporatie.laatste_leverdatum) as bijgewerkt_tot
from rijen
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        rijen.regio = actualiteit.regio
        and actualiteit.domein = 'BW'
        and actualiteit.basis = 'levering'
left join {{ ref('stg_levering__actualiteit') }} as corporatie
    on
        rijen.corporatie = corporatie.leverancier
        and corporatie.feed = 'woningen'
