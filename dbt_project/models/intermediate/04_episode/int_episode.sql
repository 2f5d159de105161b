-- One row per episode [s, e). Herkomst is fixed: the first known one among its segments in order of time
-- (settled detail 8).
{{ config(
    materialized='per_persoon',
    unlogged=false,
    indexes=[{'columns': ['persoon_sk']}, {'columns': ['episode_id']}]
) }}

select
    episode_id,
    persoon_sk,
    regio,
    domein,
    basis,
    perimeter,
    min(s) as s,
    max(e) as e,
    coalesce(
        (array_agg(herkomst order by s) filter (where herkomst <> 'ONBEKEND'))[1],
        'ONBEKEND'
    ) as herkomst,
    -- the code as delivered behind it, of the indeling of its own time (Q-15)
    (array_agg(herkomst_code order by s) filter (where herkomst <> 'ONBEKEND'))[1] as herkomst_code,
    max(product_code) filter (where is_eerste) as eerste_product,
    max(verblijf) filter (where is_eerste) as eerste_verblijf,
    max(reden_dakloosheid) filter (where is_eerste) as reden_dakloosheid,
    max(product_code) filter (where is_laatste) as laatste_product,
    max(verblijf) filter (where is_laatste) as laatste_verblijf,
    max(bestemming) filter (where is_laatste and eindigt_met_plaatsing) as bestemming_leverancier,
    max(bestemming_stopcode) filter (where is_laatste and eindigt_met_plaatsing) as bestemming_stopcode,
    max(overleden_op) as overleden_op
from {{ van_personen('int_episode__segment') }}
group by episode_id, persoon_sk, regio, domein, basis, perimeter
