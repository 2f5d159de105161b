-- D.1: the fasen of a person in a regio follow one another without overlap, and never the same domein twice in a chain.
select
    persoon_sk,
    regio,
    s
from (
    select
        fase.*,
        lag(fase.e) over (
            partition by fase.persoon_sk, fase.regio
            order by fase.s, fase.e
        ) as vorige_e,
        lag(fase.domein) over (
            partition by fase.persoon_sk, fase.regio, fase.keten_nr
            order by fase.fase_nr
        ) as vorig_domein
    from {{ ref('int_ketenfase') }} as fase
) as opeenvolgend
where
    s >= e
    or s < vorige_e
    or domein = vorig_domein
