-- Import and export per gemeente (D.11), of the stand: who comes from here (stand_herkomst) and who stays here
-- (stand_verblijf); here from here, exported to elsewhere and imported from elsewhere. Pseudo-codes are gemeenten
-- of their own: someone whose verblijf is unknown counts as exported to ONBEKEND.
with cellen as (
    select
        matrix.regio,
        gemeente.gemeente_code,
        matrix.maand,
        matrix.domein,
        matrix.perimeter,
        matrix.basis,
        coalesce(sum(matrix.personen) filter (where gemeente.kant = 'herkomst'), 0)::integer as stand_herkomst,
        coalesce(sum(matrix.personen) filter (where gemeente.kant = 'verblijf'), 0)::integer as stand_verblijf,
        coalesce(
            sum(matrix.personen) filter (
                where gemeente.kant = 'herkomst' and matrix.herkomst_code = matrix.verblijf_code
            ),
            0
        )::integer as eigen,
        coalesce(
            sum(matrix.personen) filter (
                where gemeente.kant = 'herkomst' and matrix.herkomst_code <> matrix.verblijf_code
            ),
            0
        )::integer as export,
        coalesce(
            sum(matrix.personen) filter (
                where gemeente.kant = 'verblijf' and matrix.herkomst_code <> matrix.verblijf_code
            ),
            0
        )::integer as import
    from {{ ref('mart_herkomst_verblijf') }} as matrix
    cross join
        lateral (
            values ('herkomst', matrix.herkomst_code), ('verblijf', matrix.verblijf_code)
        ) as gemeente (kant, gemeente_code)
    where matrix.personen > 0
    group by 1, 2, 3, 4, 5, 6
)

select
    cel.*,
    actualiteit.bijgewerkt_tot
from cellen as cel
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        cel.regio = actualiteit.regio
        and cel.domein = actualiteit.domein
        and cel.basis = actualiteit.basis
