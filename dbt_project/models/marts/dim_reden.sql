-- Reasons of every list that the marts use, keyed by list and version: stop codes differ between iWmo 2.x and
-- 3.x (Q-12).
select
    'reden_beeindiging' as lijst,
    versie_familie as versie,
    code,
    omschrijving
from {{ ref('reden_beeindiging') }}

union all

select
    'reden_dakloosheid' as lijst,
    '-' as versie,
    code,
    omschrijving
from {{ ref('reden_dakloosheid') }}
