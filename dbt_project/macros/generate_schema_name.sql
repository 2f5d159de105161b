{#- Schemas bear the names of marts.md, without a target prefix; what is built as of a moment stands beside them. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name if custom_schema_name is not none else target.schema }}{{ var('schema_achtervoegsel') }}
{%- endmacro %}
