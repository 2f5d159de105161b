-- Stand at the end, client-days and distinct clients of the month. Age: at the end for the stand, on the first
-- client-day of the maand within the perimeter for days and clients (marts.md, Q-22).
{{ bezetting('maand') }}
