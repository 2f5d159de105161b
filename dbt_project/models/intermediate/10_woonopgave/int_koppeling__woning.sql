-- Leavers linked to the lease they left for: one row per exit (basis levering) that has one. Nothing else reads a
-- link of less than certainty `hoog` as if it were a fact: the bestemming of an exit stays that of settled detail 10,
-- which knows a lease by BSN only.
-- 1. `bsn`, zekerheid hoog: the same person, ingangsdatum within ±31 days of the last day (as settled detail 10d).
-- 2. `geboortedatum`, only where the lease or the leaver has no BSN: the same birth date, the dwelling in the gemeente
--    the leaver went to (gemeente_uitstroom; not delivered: the gemeente of verblijf or herkomst), the same window.
--    Zekerheid middel when both have no other candidate, else laag.
-- An exit and a lease are linked when each is the other's best: bsn before geboortedatum, then the nearest, the
-- earliest ingangsdatum and the lowest contractnummer; of exits on one day the first domein, regio, herkomst by name.
-- Per perimeter, since leaving B and leaving A are exits of their own. How often this is right: docs/koppeling.md.
{{ config(indexes=[{'columns': ['episode_id']}]) }}

with zonder_bsn as (
    select persoon_sk from {{ ref('stg_sdd__indicaties') }}
    where koppelzekerheid = 'laag'
    union
    select persoon_sk from {{ ref('stg_zorgaanbieders__verblijven') }}
    where koppelzekerheid = 'laag'
    union
    select persoon_sk from {{ ref('stg_vggm__aanmeldingen') }}
    where koppelzekerheid = 'laag'
    union
    select persoon_sk from {{ ref('stg_zorgaanbieders__aanmeldingen') }}
    where koppelzekerheid = 'laag'
),

vertrokken as (
    select
        uitstroom.episode_id,
        uitstroom.persoon_sk,
        uitstroom.perimeter,
        uitstroom.domein,
        uitstroom.regio,
        uitstroom.herkomst,
        uitstroom.datum as laatste_dag,
        persoon.geboortedatum,
        zonder_bsn.persoon_sk is not null as zonder_bsn,
        case
            when vertrek.code_2021 is not null then array[vertrek.code_2021]
            else array[uitstroom.verblijf, uitstroom.herkomst]
        end as gemeenten
    from {{ ref('int_uitstroom') }} as uitstroom
    left join {{ ref('int_uitstroom__vertrek') }} as vertrek
        on uitstroom.episode_id = vertrek.episode_id
    left join {{ ref('int_persoon__geboortedatum') }} as persoon
        on uitstroom.persoon_sk = persoon.persoon_sk
    left join zonder_bsn
        on uitstroom.persoon_sk = zonder_bsn.persoon_sk
    where uitstroom.basis = 'levering'
),

verhuringen as (
    select
        verhuring.leverancier,
        verhuring.contractnummer,
        verhuring.contractsoort,
        verhuring.ingangsdatum,
        verhuring.omklapdatum,
        verhuring.geboortedatum,
        indeling.gemeente_code_2021,
        verhuring.persoon_sk
    from {{ ref('stg_corporaties__verhuringen') }} as verhuring
    left join {{ ref('int_gemeente__indeling') }} as indeling
        on verhuring.gemeente = indeling.gemeente_code
),

paren as (
    select
        vertrokken.episode_id,
        vertrokken.perimeter,
        vertrokken.domein,
        vertrokken.regio,
        vertrokken.herkomst,
        vertrokken.laatste_dag,
        verhuringen.*,
        1 as voorrang
    from vertrokken
    inner join verhuringen
        on
            vertrokken.persoon_sk = verhuringen.persoon_sk
            and verhuringen.ingangsdatum
            between vertrokken.laatste_dag - {{ var('bestemming_venster_dagen') }}
            and vertrokken.laatste_dag + {{ var('bestemming_venster_dagen') }}

    union all

    select
        vertrokken.episode_id,
        vertrokken.perimeter,
        vertrokken.domein,
        vertrokken.regio,
        vertrokken.herkomst,
        vertrokken.laatste_dag,
        verhuringen.*,
        2 as voorrang
    from vertrokken
    inner join verhuringen
        on
            vertrokken.geboortedatum = verhuringen.geboortedatum
            and verhuringen.gemeente_code_2021 = any(vertrokken.gemeenten)
            and verhuringen.ingangsdatum
            between vertrokken.laatste_dag - {{ var('bestemming_venster_dagen') }}
            and vertrokken.laatste_dag + {{ var('bestemming_venster_dagen') }}
    where
        vertrokken.persoon_sk is distinct from verhuringen.persoon_sk
        and (verhuringen.persoon_sk is null or vertrokken.zonder_bsn)
),

-- what a BSN has linked is no candidate for anything weaker
kandidaten as (
    select *
    from (
        select
            paren.*,
            min(voorrang) over (partition by episode_id) as beste_van_vertrek,
            min(voorrang) over (partition by perimeter, leverancier, contractnummer) as beste_van_huur
        from paren
    ) as vergeleken
    where voorrang = least(beste_van_vertrek, beste_van_huur)
),

gerangschikt as (
    select
        kandidaten.*,
        row_number() over (
            partition by episode_id
            order by voorrang, abs(ingangsdatum - laatste_dag), ingangsdatum, contractnummer collate "C", leverancier
        ) as rang_huur,
        row_number() over (
            partition by perimeter, leverancier, contractnummer
            order by
                voorrang, abs(ingangsdatum - laatste_dag), laatste_dag,
                domein, regio, herkomst collate "C", episode_id
        ) as rang_vertrek,
        count(*) over (partition by episode_id) as huren,
        count(*) over (partition by perimeter, leverancier, contractnummer) as vertrekken
    from kandidaten
)

select
    episode_id,
    leverancier as corporatie,
    contractnummer,
    contractsoort,
    ingangsdatum,
    omklapdatum,
    gemeente_code_2021,
    ingangsdatum - laatste_dag as dagen,
    case voorrang when 1 then 'bsn' else 'geboortedatum' end as methode,
    case
        when voorrang = 1 then 'hoog'
        when huren = 1 and vertrekken = 1 then 'middel'
        else 'laag'
    end as zekerheid
from gerangschikt
where
    rang_huur = 1
    and rang_vertrek = 1
