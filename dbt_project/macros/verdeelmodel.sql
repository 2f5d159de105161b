{#-
  Whether a code is no gemeente: BUITEN_REGIO, NIET_INGESCHREVEN or ONBEKEND.
-#}
{% macro is_pseudo(code) -%}
    {{ code }} in ('BUITEN_REGIO', 'NIET_INGESCHREVEN', 'ONBEKEND')
{%- endmacro %}
{#-
  The row of a scenario that bears what is known of a code: a pseudo-code has its own row, or the centrumgemeente bears it.
  - code: the code; scenario: alias of int_verdeelmodel__scenario
-#}
{% macro verdeelrij(code, scenario) -%}
    case
        when {{ is_pseudo(code) }} and {{ scenario }}.pseudo_codes = 'centrumgemeente' then {{ scenario }}.centrumgemeente
        else {{ code }}
    end
{%- endmacro %}
{#-
  Whole cents that add up to the total (largest remainder): everyone the cents below its exact part, and one more cent to
  those with the largest remainders, of equal remainders the first code. Remainders are compared in millionths of a cent.
  - exact: column with the exact amount in euros; totaal: column with the total in euros, whole cents
  - per: list of the columns within which the parts add up; volgorde: column that decides between equal remainders
-#}
{% macro grootste_rest(exact, totaal, per, volgorde) -%}
    (
        floor(round(100 * {{ exact }}, 6))
        + case
            when
                row_number() over (
                    partition by {{ per | join(', ') }}
                    order by
                        round(100 * {{ exact }}, 6) - floor(round(100 * {{ exact }}, 6)) desc,
                        {{ volgorde }} collate "C"
                )
                <= round(100 * {{ totaal }})
                - sum(floor(round(100 * {{ exact }}, 6))) over (partition by {{ per | join(', ') }})
                then 1
            else 0
        end
    ) / 100
{%- endmacro %}
