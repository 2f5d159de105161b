-- Aftercare (D.14, S-141, S-142) by year of the exit and herkomst: of n exits n_ja were so. An exit counts once its
-- part could be judged: last day + the months of the measurement + 31 days lies before the end of the last
-- complete month.
-- - nazorg: exits with a nazorg row, of all but the deceased;
-- - meting_6, _12, _18, _24: measured within ±31 days of that moment, of those with a nazorg row;
-- - compleet: all four measurements made (4 of 4), of those with a nazorg row;
-- - terugkeergarantie: returned within 24 months, of those with the guarantee (the guarantee used).
with onderdelen as (
    select
        nazorg.regio,
        nazorg.herkomst,
        nazorg.jaar,
        nazorg.domein,
        nazorg.laatste_dag,
        onderdeel.onderdeel,
        onderdeel.maanden,
        onderdeel.telt_mee,
        onderdeel.ja
    from {{ ref('int_nazorg') }} as nazorg
    cross join lateral (
        values
        ('nazorg', 6, true, nazorg.in_nazorg),
        ('meting_6', 6, nazorg.in_nazorg, nazorg.meting_6),
        ('meting_12', 12, nazorg.in_nazorg, nazorg.meting_12),
        ('meting_18', 18, nazorg.in_nazorg, nazorg.meting_18),
        ('meting_24', 24, nazorg.in_nazorg, nazorg.meting_24),
        (
            'compleet', 24, nazorg.in_nazorg,
            nazorg.meting_6 and nazorg.meting_12 and nazorg.meting_18 and nazorg.meting_24
        ),
        ('terugkeergarantie', 24, nazorg.terugkeergarantie, nazorg.teruggekeerd)
    ) as onderdeel (onderdeel, maanden, telt_mee, ja)
)

select
    onderdelen.regio,
    onderdelen.herkomst as gemeente_code,
    onderdelen.jaar,
    onderdelen.domein,
    onderdelen.onderdeel,
    count(*)::integer as n,
    count(*) filter (where onderdelen.ja)::integer as n_ja,
    100.0 * count(*) filter (where onderdelen.ja) / count(*) as percentage,
    actualiteit.bijgewerkt_tot
from onderdelen
cross join {{ ref('stg_levering__nacht') }} as nacht
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        onderdelen.regio = actualiteit.regio
        and onderdelen.domein = actualiteit.domein
        and actualiteit.basis = 'levering'
where
    onderdelen.telt_mee
    and (onderdelen.laatste_dag + make_interval(months => onderdelen.maanden))::date
    + {{ var('nazorg_venster_dagen') }} < nacht.afkap
group by 1, 2, 3, 4, 5, actualiteit.bijgewerkt_tot
