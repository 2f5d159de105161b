{#-
  The rows of one raw table that stand: of accepted, judged deliveries, without the quarantined ones.
  - momentopname: only those of the snapshot in force, the latest leverdatum per supplier (deliveries.md);
  - alle_momentopnamen: those of every snapshot, for what only their sequence tells;
  - mutaties, berichten: those of all deliveries; which row decides is said in the model itself;
  - persoon: whether the rows are about a person; then `persoon_sk` is the pseudonym that person is known under as of
    the night (Q-24). Nowhere else are pseudonyms joined.
-#}
{% macro staande_rijen(feed, tabel, levering, persoon=false) -%}
    select
        rij.*,
        {% if persoon -%}
        coalesce(samenvoeging.persoon_sk, rij.persoon_sleutel) as persoon_sk,
        {% endif -%}
        bestand.leverancier,
        bestand.leverdatum,
        bestand.bekend_op,
        bestand.inhoud_leverdatum,
        bestand.inhoud_bestand
    from {{ source('raw', tabel) }} as rij
    inner join {{ ref('stg_levering__bestanden') }} as bestand
        on rij.levering_id = bestand.levering_id
    {% if persoon -%}
    left join {{ ref('stg_levering__samenvoeging') }} as samenvoeging
        on rij.persoon_sleutel = samenvoeging.persoon_sleutel
    {% endif -%}
    where bestand.feed = '{{ feed }}'
        {% if levering == 'momentopname' -%}
        and bestand.is_laatste
        {% endif -%}
        and not exists (
            select 1
            from {{ source('kwaliteit', 'bevinding') }} as bevinding
            where bevinding.levering_id = rij.levering_id
                and bevinding.rij_nr = rij.rij_nr
                and bevinding.tabel = '{{ tabel }}'
                and bevinding.ernst = 'blokkerend'
        )
{%- endmacro %}
