-- Stand at the end, client-days and distinct clients of the year, computed for the year and never summed from
-- months. Age: at the end for the stand, on the first client-day of the jaar within the perimeter for days and
-- clients (marts.md, Q-22).
{{ bezetting('jaar') }}
