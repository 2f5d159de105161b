-- One row per person whose facts are not those of the last complete build, persons who are no longer there included.
-- Models per person make the rows of these anew, and of nobody else.
{{ config(indexes=[{'columns': ['persoon_sk']}]) }}

select coalesce(nu.persoon_sk, toen.persoon_sk) as persoon_sk
from {{ ref('int_persoon__kenmerk') }} as nu
full join {{ ref('stg_levering__persoon_kenmerk') }} as toen
    on nu.persoon_sk = toen.persoon_sk
where nu.kenmerk is distinct from toen.kenmerk
