{#- Rows stand only where something happened: the column is above 0 everywhere. -#}
{% test groter_dan_nul(model, column_name) %}

select {{ column_name }}
from {{ model }}
where {{ column_name }} is null or {{ column_name }} <= 0

{% endtest %}
