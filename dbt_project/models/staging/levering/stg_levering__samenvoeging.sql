-- Pseudonyms that are another person's too (Q-24): one row per pseudonym that was joined, with the one the person is
-- known under as of the night. Of a pair the latest entry counts; chains are followed to the pseudonym that was never
-- joined to another (of several, or in a circle, the lowest).
with recursive paren as (
    select distinct on (least(oude_sleutel, nieuwe_sleutel), greatest(oude_sleutel, nieuwe_sleutel))
        soort,
        oude_sleutel,
        nieuwe_sleutel
    from {{ source('levering', 'persoon_samenvoeging') }}
    where bekend_op <= (select nacht.bekend_tot from {{ ref('stg_levering__nacht') }} as nacht)
    order by
        least(oude_sleutel, nieuwe_sleutel), greatest(oude_sleutel, nieuwe_sleutel),
        samenvoeging_id desc
),

staand as (
    select
        oude_sleutel,
        nieuwe_sleutel
    from paren
    where soort = 'samenvoegen'
),

buren as (
    select
        oude_sleutel as sleutel,
        nieuwe_sleutel as buur
    from staand

    union

    select
        nieuwe_sleutel as sleutel,
        oude_sleutel as buur
    from staand
),

bereik as (
    select
        sleutel,
        sleutel as bereikt
    from buren

    union

    select
        bereik.sleutel,
        buren.buur as bereikt
    from bereik
    inner join buren
        on bereik.bereikt = buren.sleutel
),

opgegaan as (
    select distinct oude_sleutel
    from staand
)

select distinct on (bereik.sleutel)
    bereik.sleutel as persoon_sleutel,
    bereik.bereikt as persoon_sk
from bereik
left join opgegaan
    on bereik.bereikt = opgegaan.oude_sleutel
order by bereik.sleutel, opgegaan.oude_sleutel is not null, bereik.bereikt collate "C"
