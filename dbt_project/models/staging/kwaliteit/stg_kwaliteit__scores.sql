-- Scores per week, leverancier, feed and dimensie. A view, like the mart on it: the scores of tonight rest on the chain
-- rules and can only be filled in when the intermediate models are there, after which the mart shows them at once.
{{ config(materialized='view') }}

select
    week,
    nacht,
    leverancier,
    feed,
    dimensie,
    rijen,
    bevindingen,
    score,
    te_laat_dagen,
    alarm
from {{ source('kwaliteit', 'score') }}
