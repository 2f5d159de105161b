-- Who stands where in the housing task on each midnight b: one row per episode (levering), midnight and kenmerk, with
-- the norm it is about ('-' where none is).
-- In perimeter B at b (D.10; `woonopgave_perimeter`):
-- - potentieel_k, _m, _l, _o: the class of the last assessment <= b; without one o (CG delivers none);
-- - stagnatie_k, stagnatie_m: class K or M and b later than the assessment + 24 or 60 months;
-- - wacht_op_woning: uitstroomgereed before b (the latest uitstroomgereed_op of the person since the episode
--   began), without a lease by BSN that began before b and had not ended before the client was ready;
--   wacht_op_woning_lang: likewise, more than 183 days.
-- In perimeter A, or in MO and VO:
-- - stagnatie_product: the client is in a product with a norm of our own regions (seed norm, `beleid`) and b is later
--   than the norm after the first day of the uninterrupted run of that product in the episode, over whatever
--   aanbieders and locations; referentienorm: likewise by a norm from elsewhere, or (verblijfsduur) from the first
--   day of the episode.
{{ config(indexes=[{'columns': ['maand']}]) }}

with genummerd as (
    select
        *,
        sum(case when is_eerste or vorig_product is distinct from product_code then 1 else 0 end) over (
            partition by episode_id
            order by s
        ) as productnr
    from {{ ref('int_episode__segment') }}
    where basis = 'levering'
),

segmenten as (
    select
        *,
        min(s) over (partition by episode_id, productnr) as product_van,
        min(s) over (partition by episode_id) as episode_van
    from genummerd
),

standen as (
    select
        segment.episode_id,
        segment.persoon_sk,
        segment.regio,
        segment.domein,
        segment.perimeter,
        segment.verblijf,
        segment.product_code,
        segment.product_van,
        segment.episode_van,
        episode.herkomst,
        maand.maand,
        maand.volgende_maand as peildatum
    from segmenten as segment
    inner join {{ ref('int_episode') }} as episode
        on segment.episode_id = episode.episode_id
    inner join {{ ref('int_maand') }} as maand
        on
            segment.s < maand.volgende_maand
            and segment.geldig_tot >= maand.volgende_maand
            and episode.e > maand.volgende_maand
),

intramuraal as (
    select * from standen
    where perimeter = '{{ var("woonopgave_perimeter") }}'
),

klassen as (
    select
        stand.*,
        coalesce(potentieel.klasse, 'O') as klasse,
        potentieel.uiterste_datum
    from intramuraal as stand
    left join {{ ref('int_potentieel') }} as potentieel
        on
            stand.persoon_sk = potentieel.persoon_sk
            and stand.regio = 'DAV'  -- the SDD assesses for DAV; in CG nobody delivers a class
            and stand.peildatum >= potentieel.van
            and stand.peildatum < potentieel.tot
),

gereed as (
    select
        stand.episode_id,
        stand.peildatum,
        max(verblijf.uitstroomgereed_op) as gereed_op
    from intramuraal as stand
    inner join {{ ref('stg_zorgaanbieders__verblijven') }} as verblijf
        on
            stand.persoon_sk = verblijf.persoon_sk
            and stand.episode_van <= verblijf.uitstroomgereed_op
            and stand.peildatum > verblijf.uitstroomgereed_op
    group by stand.episode_id, stand.peildatum
),

wachtend as (
    select
        stand.*,
        stand.peildatum - gereed.gereed_op as dagen
    from intramuraal as stand
    inner join gereed
        on
            stand.episode_id = gereed.episode_id
            and stand.peildatum = gereed.peildatum
    where
        not exists (
            select 1
            from {{ ref('stg_corporaties__verhuringen') }} as verhuring
            where
                verhuring.persoon_sk = stand.persoon_sk
                and verhuring.ingangsdatum < stand.peildatum
                and (verhuring.einddatum is null or verhuring.einddatum >= gereed.gereed_op)
        )
),

boven_norm as (
    select
        stand.*,
        norm.norm,
        norm.beleid
    from standen as stand
    inner join {{ ref('norm') }} as norm
        on
            stand.domein = norm.domein
            and norm.regio in (stand.regio, 'alle')
            and norm.product_code in (stand.product_code, 'alle')
            and norm.meet in ('productduur', 'verblijfsduur')
    where
        stand.perimeter in ('A', '-')
        and stand.peildatum > (
            case norm.meet when 'productduur' then stand.product_van else stand.episode_van end
            + (norm.waarde::text || ' ' || norm.eenheid)::interval
        )::date
),

kenmerken as (
    select
        episode_id,
        maand,
        'potentieel_' || lower(klasse) as kenmerk,
        '-' as norm
    from klassen

    union all

    select
        episode_id,
        maand,
        'stagnatie_' || lower(klasse) as kenmerk,
        '-' as norm
    from klassen
    where peildatum > uiterste_datum

    union all

    select
        episode_id,
        maand,
        'wacht_op_woning' as kenmerk,
        '-' as norm
    from wachtend

    union all

    select
        episode_id,
        maand,
        'wacht_op_woning_lang' as kenmerk,
        '-' as norm
    from wachtend
    where dagen > {{ var('wacht_op_woning_lang_dagen') }}

    union all

    select
        episode_id,
        maand,
        case when beleid then 'stagnatie_product' else 'referentienorm' end as kenmerk,
        norm
    from boven_norm
)

select
    stand.episode_id,
    stand.persoon_sk,
    stand.regio,
    stand.domein,
    stand.perimeter,
    stand.maand,
    stand.peildatum,
    stand.herkomst,
    stand.verblijf,
    kenmerken.kenmerk,
    kenmerken.norm
from standen as stand
inner join kenmerken
    on
        stand.episode_id = kenmerken.episode_id
        and stand.maand = kenmerken.maand
