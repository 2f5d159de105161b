-- Everything the definitions want seen rather than changed: one row per signal, on the day it arises. No signal alters
-- a placement or an episode.
with signalen as (
    select * from {{ ref('int_signaal__dubbel_domein') }}

    union all
    select * from {{ ref('int_signaal__overlap_aanbieders') }}

    union all
    select * from {{ ref('int_signaal__niet_verzilverd') }}

    union all
    select * from {{ ref('int_signaal__start_voor_toewijzing') }}

    union all
    select * from {{ ref('int_signaal__einddatum_ontbreekt') }}

    union all
    select * from {{ ref('int_signaal__jonger_dan_18') }}

    union all
    select * from {{ ref('int_signaal__staart_na_overlijden') }}

    union all
    select * from {{ ref('int_signaal__kort_zonder_indicatie') }}

    union all
    select * from {{ ref('int_signaal__wlz_proxy') }}

    union all
    select * from {{ ref('int_signaal__aangemeld_zonder_verblijf') }}
)

select
    signaal,
    persoon_sk,
    regio,
    domein,
    basis,
    datum,
    date_trunc('month', datum)::date as maand
from signalen
