-- One row per person with a known birth date: the first feed that has one decides, in the order SDD, 301, 305,
-- 307, VGGM, provider; within a feed the latest delivery. A cancelled 305 or 307 was never sent and tells nothing.
with gegevens as (
    select
        persoon_sk,
        geboortedatum,
        1 as voorrang,
        leverdatum
    from {{ ref('stg_sdd__indicaties') }}
    union all
    select
        persoon_sk,
        geboortedatum,
        2 as voorrang,
        leverdatum
    from {{ ref('stg_zorgaanbieders__wmo301') }}
    union all
    select
        persoon_sk,
        geboortedatum,
        3 as voorrang,
        leverdatum
    from {{ ref('int_start') }}
    union all
    select
        persoon_sk,
        geboortedatum,
        4 as voorrang,
        leverdatum
    from {{ ref('int_stop') }}
    union all
    select
        persoon_sk,
        geboortedatum,
        5 as voorrang,
        leverdatum
    from {{ ref('stg_vggm__aanmeldingen') }}
    union all
    select
        persoon_sk,
        geboortedatum,
        6 as voorrang,
        leverdatum
    from {{ ref('stg_zorgaanbieders__aanmeldingen') }}
)

select distinct on (persoon_sk)
    persoon_sk,
    geboortedatum
from gegevens
where
    geboortedatum is not null
    and persoon_sk is not null
order by persoon_sk, voorrang, leverdatum desc, geboortedatum
