-- Up to where all corporations of a regio have delivered their workbook (marts.md, `bijgewerkt_tot`).
select
    corporatie.regio,
    min(actualiteit.laatste_leverdatum) as bijgewerkt_tot
from {{ ref('int_corporatie__regio') }} as corporatie
inner join {{ ref('stg_levering__actualiteit') }} as actualiteit
    on
        corporatie.corporatie = actualiteit.leverancier
        and actualiteit.feed = 'woningen'
group by corporatie.regio
