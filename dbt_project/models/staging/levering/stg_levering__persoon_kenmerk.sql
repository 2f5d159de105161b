-- What the facts of each person were at the last complete build: one row per person (macros/per_persoon.sql).
select
    persoon_sk,
    kenmerk
from {{ source('levering', 'persoon_kenmerk') }}
