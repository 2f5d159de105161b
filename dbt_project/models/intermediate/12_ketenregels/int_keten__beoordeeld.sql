-- Every rule across suppliers on every record it applies to: one row per rule, supplier, feed and record, with whether
-- the record breaks it. A record without a row is one the rule says nothing about (niet van toepassing).
{% set delen = [
    'zonder_start', 'indicatie', 'starts', 'stops', 'nummers', 'wachtlijst', 'bestemming', 'locatie', 'aantal',
    'levering', 'verblijf', 'opvang'
] -%}
with rijen as (
    {% for deel in delen -%}
    select
        regel_id,
        leverancier,
        feed,
        record,
        regio,
        domein,
        persoon_sk,
        sinds,
        afwijkend
    from {{ ref('int_keten__' ~ deel) }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}
)

select
    regel_id,
    leverancier,
    feed,
    record,
    coalesce(min(regio) filter (where afwijkend), min(regio)) as regio,
    min(domein) as domein,
    min(persoon_sk) filter (where afwijkend) as persoon_sk,
    min(sinds) filter (where afwijkend) as sinds,
    bool_or(afwijkend) as afwijkend
from rijen
where
    leverancier is not null
    and record is not null
group by regel_id, leverancier, feed, record
