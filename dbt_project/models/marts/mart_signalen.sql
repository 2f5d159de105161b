select
    signaal.regio,
    signaal.maand,
    signaal.domein,
    signaal.basis,
    signaal.signaal,
    count(*)::integer as aantal,
    actualiteit.bijgewerkt_tot
from {{ ref('int_signaal') }} as signaal
left join {{ ref('int_actualiteit') }} as actualiteit
    on
        signaal.regio = actualiteit.regio
        and signaal.domein = actualiteit.domein
        and signaal.basis = actualiteit.basis
group by
    signaal.regio, signaal.maand, signaal.domein, signaal.basis, signaal.signaal, actualiteit.bijgewerkt_tot
