-- Which feeds contribute to a month's figures, up to where each was delivered, and whether that is past the month. A
-- nightly feed is past it with a leverdatum after its last day, a monthly one from the last day on, as corporations
-- deliver the state of that day. Feeds without a rhythm (messages, changes) can be complete at any date: `volledig` is
-- empty. Feeds are of the domein whose stays they tell; leases decide the bestemming in every domein.
with feeds as (
    select
        feed,
        domein
    from (
        values
        ('sdd_indicaties', 'BW'), ('sdd_wachtlijst', 'BW'),
        ('verblijven', 'BW'), ('locaties', 'BW'), ('wmo301', 'BW'), ('wmo305', 'BW'), ('wmo307', 'BW'),
        ('vggm_aanmeldingen', 'MO'), ('vggm_verblijven', 'MO'),
        ('aanmeldingen', 'MO'), ('opvang', 'MO'), ('aanmeldingen', 'VO'), ('opvang', 'VO'),
        ('nazorg', 'BW'), ('nazorg', 'MO'), ('nazorg', 'VO'),
        ('woningen', 'BW'), ('woningen', 'MO'), ('woningen', 'VO')
    ) as feed_domein (feed, domein)
),

aanwezig as (
    select distinct
        regio,
        domein,
        leverancier
    from {{ ref('int_plaatsing') }}
),

bijdragen as (
    select * from aanwezig

    union

    select
        aanwezig.regio,
        aanwezig.domein,
        actualiteit.leverancier
    from aanwezig
    inner join {{ ref('stg_levering__actualiteit') }} as actualiteit
        on
            actualiteit.feed = 'woningen'
            or (actualiteit.leverancier = 'sdd' and aanwezig.regio = 'DAV' and aanwezig.domein = 'BW')
)

select
    bijdrage.regio,
    bijdrage.domein,
    maand.maand,
    bijdrage.leverancier,
    actualiteit.feed,
    actualiteit.frequentie,
    actualiteit.laatste_leverdatum as geleverd_tot,
    case actualiteit.frequentie
        when 'nacht' then actualiteit.laatste_leverdatum >= maand.volgende_maand
        when 'maand' then actualiteit.laatste_leverdatum >= maand.volgende_maand - 1
    end as volledig,
    actualiteit.laatste_leverdatum as bijgewerkt_tot
from bijdragen as bijdrage
inner join {{ ref('stg_levering__actualiteit') }} as actualiteit
    on bijdrage.leverancier = actualiteit.leverancier
inner join feeds
    on
        actualiteit.feed = feeds.feed
        and bijdrage.domein = feeds.domein
cross join {{ ref('int_maand') }} as maand
