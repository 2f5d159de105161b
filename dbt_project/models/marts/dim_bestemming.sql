select
    bestemming,
    naam,
    bestemmingsgroep,
    volgorde
from {{ ref('bestemming') }}
