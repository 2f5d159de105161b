-- One row per ToewijzingNummer: the version with the latest (Toewijzingsdatum, Toewijzingstijd), with the
-- Afzender of the first. None when the latest says removed (RedenWijziging 13): then it was never sent (iwmo.md
-- 1.9).
with geordend as (
    select
        *,
        row_number() over (
            partition by toewijzingnummer
            order by
                toewijzingsdatum desc, toewijzingstijd desc nulls last,
                inhoud_leverdatum desc, inhoud_bestand collate "C" desc, rij_nr desc
        ) as van_achteren,
        first_value(afzender) over (
            partition by toewijzingnummer
            order by
                toewijzingsdatum asc, toewijzingstijd asc nulls first,
                inhoud_leverdatum asc, inhoud_bestand collate "C" asc, rij_nr asc
        ) as eerste_afzender
    from {{ ref('stg_zorgaanbieders__wmo301') }}
)

select
    toewijzingnummer,
    persoon_sk,
    aanbieder,
    leverancier,
    product_code,
    ingangsdatum,
    einddatum,
    afzender,
    eerste_afzender
from geordend
where
    van_achteren = 1
    and redenwijziging is distinct from '13'
