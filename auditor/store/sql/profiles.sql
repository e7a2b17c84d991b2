-- One row per column of a dataset. The distinct estimate is the k-minimum-values estimator over 62-bit hashes.
with whole as (
    select dataset, "column", sum(texts)::bigint as texts, sum(nulls)::bigint as nulls, sum(chars)::bigint as chars,
           max(max_chars) as max_chars, list_sort(list_distinct(flatten(list(sketch))))[:256] as sketch,
           list_sort(list_distinct(flatten(list(kinds)))) as kinds
    from profile group by all
), hit as (
    select dataset, "column", entity, count(distinct (file, row, item)) as texts
    from weighed where band <> 'weak' and row >= 0 group by all
), shares as (
    select dataset, "column", map(list(entity order by entity), list(texts order by entity)) as entities from hit group by all
)
select w.dataset, w."column", w.texts, w.nulls,
       case when len(w.kinds) = 1 then w.kinds[1] when len(w.kinds) = 0 then 'text'
            when list_has_all(['integer', 'decimal'], w.kinds) then 'decimal' else 'mixed' end as kind,
       case when len(w.sketch) < 256 then len(w.sketch)
            else least(w.texts, (255.0 / (w.sketch[256] / 4611686018427387904.0))::bigint) end as distinct_values,
       case when w.texts = 0 then 0 else w.chars / w.texts end as mean_chars, w.max_chars,
       coalesce(s.entities, map([]::varchar[], []::bigint[])) as entities
from whole w left join shares s using (dataset, "column")
order by w.dataset, w."column"
