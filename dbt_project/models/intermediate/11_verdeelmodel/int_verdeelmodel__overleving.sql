-- S: the share of a stock still in care so many years later (D.9), of the stock of BW, perimeter A, at
-- `cohort_peildatum`. In care means in the same episode: who left and came back is new inflow, and follows the new
-- rule. One row per regio, basis, peildatum and number of years that the data cover.
with cohorten as (
    select distinct
        regio,
        basis,
        cohort_peildatum
    from {{ ref('int_verdeelmodel__scenario') }}
    where ingroei = 'cohort' and overleving = 'waargenomen'
),

peildata as (
    select
        cohorten.*,
        verstreken.jaren,
        (cohorten.cohort_peildatum + make_interval(years => verstreken.jaren))::date as peildatum
    from cohorten
    cross join {{ ref('stg_levering__nacht') }} as nacht
    cross join lateral generate_series(0, 100) as verstreken (jaren)
    where (cohorten.cohort_peildatum + make_interval(years => verstreken.jaren))::date <= nacht.afkap
),

geteld as (
    select
        peildata.regio,
        peildata.basis,
        peildata.cohort_peildatum,
        peildata.jaren,
        count(episode.episode_id) filter (where episode.e > peildata.peildatum)::integer as personen
    from peildata
    left join {{ ref('int_episode') }} as episode
        on
            peildata.regio = episode.regio
            and peildata.basis = episode.basis
            and episode.domein = 'BW'
            and episode.perimeter = 'A'
            and peildata.cohort_peildatum > episode.s
            and peildata.cohort_peildatum < episode.e
    group by 1, 2, 3, 4
)

select
    geteld.*,
    coalesce(lag(personen) over per_cohort, personen) as personen_vorig,
    trim_scale(
        coalesce(personen::numeric / nullif(first_value(personen) over per_cohort, 0), 0)
    ) as aandeel
from geteld
window per_cohort as (partition by regio, basis, cohort_peildatum order by jaren)
