{#- Proves a grain: no two rows share the values of `kolommen` (NULLs count as equal). -#}
{% test unieke_combinatie(model, kolommen) %}

select {{ kolommen | join(', ') }}
from {{ model }}
group by {{ kolommen | join(', ') }}
having count(*) > 1

{% endtest %}
