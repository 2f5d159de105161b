{#- The model lists what is wrong: it must be empty. -#}
{% test geen_rijen(model, column_name) %}

select {{ column_name }}
from {{ model }}

{% endtest %}
