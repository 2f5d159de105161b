-- Every change of a figure that had been published, with its causes (Q-32). A view: the revisions of a publication are
-- written with that publication, after the marts are built.
{{ config(materialized='view') }}

select
    revisie.mart,
    revisie.sleutel ->> 'regio' as regio,
    revisie.sleutel ->> 'gemeente_basis' as gemeente_basis,
    coalesce(revisie.sleutel ->> 'gemeente_code', '-') as gemeente_code,
    revisie.maand,
    revisie.periode,
    revisie.sleutel ->> 'domein' as domein,
    revisie.sleutel ->> 'perimeter' as perimeter,
    revisie.sleutel ->> 'basis' as basis,
    revisie.sleutel::text as sleutel,
    revisie.maat,
    publicatie.bekend_op as publicatiemoment,
    revisie.volgorde,
    revisie.oorzaak,
    revisie.oud,
    revisie.nieuw,
    case
        when
            publicatie.datum >= (
                revisie.maand
                + case revisie.periode when 'jaar' then interval '1 year' else interval '1 month' end
            )::date + {{ var('definitief_na_dagen') }}
            then 'definitief'
        else 'voorlopig'
    end as status,
    publicatie.datum as bijgewerkt_tot
from {{ source('vintage', 'revisie') }} as revisie
inner join {{ source('vintage', 'publicatie') }} as publicatie
    on revisie.publicatie_id = publicatie.publicatie_id
{% if var('kennis_op') %}
where publicatie.bekend_op <= timestamptz '{{ var("kennis_op") }}'
{% endif %}
