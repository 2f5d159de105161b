{#-
  Models whose rows follow from the facts of one person each are brought up to date per person: rows of persons whose
  facts changed since the last complete build are made anew, the others stay. It is one definition: the same select, on
  all persons or on those of int_persoon__gewijzigd only. What a model holds of everybody is the same either way.
-#}
{% materialization per_persoon, adapter='postgres' %}
    {%- if not alleen_gewijzigden() -%}
        {%- do return(dbt.materialization_table_default()) -%}
    {%- endif -%}
    {%- set doel = this.incorporate(type='table') -%}
    {%- set nieuw = make_temp_relation(doel) -%}
    {%- set kolommen = adapter.get_columns_in_relation(doel) | map(attribute='quoted') | join(', ') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('nieuw') -%}
        {{ get_create_table_as_sql(True, nieuw, sql) }}
    {%- endcall %}
    {% call statement('oud') -%}
        delete from {{ doel }}
        where persoon_sk in (select persoon_sk from {{ gewijzigden() }})
    {%- endcall %}
    {% call statement('main') -%}
        insert into {{ doel }} ({{ kolommen }})
        select {{ kolommen }} from {{ nieuw }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(doel, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [doel]}) }}
{% endmaterialization %}

{#- A relation with persoon_sk, for a model per person: all of it, or only the rows of persons whose facts changed. -#}
{% macro van_personen(naam) -%}
    {%- if not execute -%}
        {#- which persons changed is known before any of their rows is made -#}
        {%- do ref('int_persoon__gewijzigd') -%}
        {{- ref(naam) -}}
    {%- elif alleen_gewijzigden() -%}
        (
            select persoonsrij.*
            from {{ ref(naam) }} as persoonsrij
            where persoonsrij.persoon_sk in (select gewijzigd.persoon_sk from {{ gewijzigden() }} as gewijzigd)
        )
    {%- else -%}
        {{- ref(naam) -}}
    {%- endif -%}
{%- endmacro %}

{% macro gewijzigden() -%}
    {{ api.Relation.create(database=this.database, schema=this.schema, identifier='int_persoon__gewijzigd') }}
{%- endmacro %}

{#- Whether this run may leave the rows of unchanged persons as they are: decided once, at its start. -#}
{% macro alleen_gewijzigden() -%}
    {%- if not execute or model.resource_type == 'unit_test' or var('schema_achtervoegsel') -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- if load_relation(this) is none -%}
        {%- do return(false) -%}
    {%- endif -%}
    {#- before version 16 PostgreSQL wants a name for every subquery: there everything is made anew -#}
    {%- set antwoord = run_query(
        "select 1 from levering.opbouw where per_persoon and current_setting('server_version_num')::integer >= 160000"
    ) -%}
    {%- do return(antwoord.rows | length > 0) -%}
{%- endmacro %}

{#-
  At the start of a run: only after a build that was complete, of the same project, may rows stay. From here to the end
  of a complete build the warehouse is under construction; a run that breaks off or builds a part leaves it so, and
  the next makes everything anew.
-#}
{% macro begin_opbouw() -%}
    {%- if execute and flags.WHICH in ('build', 'run') and not var('schema_achtervoegsel') -%}
        create table if not exists levering.opbouw (
            enige boolean primary key default true check (enige),
            kenmerk text not null,
            klaar boolean not null,
            per_persoon boolean not null,
            begonnen_op timestamptz not null default now()
        );
        comment on table levering.opbouw is
            'Of de marts volledig zijn opgebouwd en met welke definities; zo niet, dan wordt alles opnieuw gemaakt.';
        comment on column levering.opbouw.enige is 'Er is één rij.';
        comment on column levering.opbouw.kenmerk is 'Kenmerk van het dbt-project waarmee is gebouwd.';
        comment on column levering.opbouw.klaar is 'Of de laatste opbouw volledig is gelukt.';
        comment on column levering.opbouw.per_persoon is
            'Of deze opbouw alleen de rijen vernieuwt van personen van wie de feiten veranderden.';
        comment on column levering.opbouw.begonnen_op is 'Begin van de laatste opbouw.';
        create table if not exists levering.persoon_kenmerk (persoon_sk text primary key, kenmerk text not null);
        comment on table levering.persoon_kenmerk is 'Kenmerk van de feiten van iedere persoon bij de laatste opbouw.';
        comment on column levering.persoon_kenmerk.persoon_sk is 'Pseudoniem van de persoon.';
        comment on column levering.persoon_kenmerk.kenmerk is 'Som van de feiten; verandert als een ervan verandert.';
        insert into levering.opbouw (kenmerk, klaar, per_persoon)
        values ('{{ bouwkenmerk() }}', false, false)
        on conflict (enige) do update set
            per_persoon = opbouw.klaar and opbouw.kenmerk = excluded.kenmerk and excluded.kenmerk <> '',
            kenmerk = excluded.kenmerk,
            klaar = false,
            begonnen_op = now()
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{#- At the end of a run: complete when every model per person was made and nothing failed. -#}
{% macro einde_opbouw(results) -%}
    {%- set telling = namespace(gemaakt=0, fout=0, alle=0) -%}
    {%- for result in results -%}
        {%- if result.node.config.materialized == 'per_persoon' and result.status | string == 'success' -%}
            {%- set telling.gemaakt = telling.gemaakt + 1 -%}
        {%- endif -%}
        {%- if result.status | string not in ('success', 'pass', 'warn', 'no-op') -%}
            {%- set telling.fout = telling.fout + 1 -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for node in (graph.nodes.values() if execute else []) -%}
        {%- if node.resource_type == 'model' and node.config.materialized == 'per_persoon' -%}
            {%- set telling.alle = telling.alle + 1 -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if
        execute and flags.WHICH in ('build', 'run') and not var('schema_achtervoegsel')
        and telling.fout == 0 and telling.gemaakt == telling.alle
    -%}
        truncate levering.persoon_kenmerk;
        insert into levering.persoon_kenmerk
        select persoon_sk, kenmerk
        from {{ api.Relation.create(database=target.database, schema='intermediate', identifier='int_persoon__kenmerk') }};
        update levering.opbouw set klaar = true
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{#- What the project is that builds; empty when not told (a dbt run by hand), and then everything is made anew. -#}
{% macro bouwkenmerk() -%}
    {{- env_var('DOORSTROOM_BOUWKENMERK', '') -}}
{%- endmacro %}
