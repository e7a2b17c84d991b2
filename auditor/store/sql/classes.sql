-- Classes of columns from their profiles, from the findings in them and from the rules that their names mean.
-- A finding is never averaged away: one row is a class with its share. A name alone is weak.
insert into column_classes
with whole as (
    select dataset, file, "column", sum(texts)::bigint as texts, sum(nulls)::bigint as nulls,
           sum(texts - nulls - blank)::bigint as filled, sum(chars)::double as chars, max(max_chars) as max_chars,
           list_sort(list_distinct(flatten(list(sketch))))[:256] as sketch, list_sort(list_distinct(flatten(list(kinds)))) as kinds
    from profile group by all
), counted as (
    select dataset, file, "column", any_value(p.filled) as filled, any_value(p.texts) as texts,
           any_value(case when len(p.kinds) = 1 then p.kinds[1] when len(p.kinds) = 0 then 'text'
                     when list_has_all(['integer', 'decimal'], p.kinds) then 'decimal' else 'mixed' end) as kind,
           any_value(case when 'text' in p.kinds then case when len(p.sketch) < 256 then len(p.sketch)
                     else least(p.filled, (255.0 / (p.sketch[256] / 4611686018427387904.0))::bigint) end end) as distinct_values,
           any_value(case when p.filled > 0 then p.chars / p.filled end) as mean_chars, any_value(p.max_chars) as max_chars
    from whole p group by dataset, file, "column"
), shaped as (
    select dataset, file, "column", key as shape, sum(value::bigint)::double as cells
    from (select dataset, file, "column", unnest(map_entries(json_transform(shapes, '"MAP(VARCHAR, BIGINT)"')), recursive := true)
          from profile where shapes <> '{}')
    group by all
), share as (
    select s.dataset, s.file, s."column", s.shape, least(s.cells / l.cells, 1) as share
    from shaped s join shaped l using (dataset, file, "column") where l.shape = 'looked' and l.cells > 0
), hit as (
    select dataset, file, "column", entity, max(score) as score, count(distinct row) as rows,
           count(distinct (row, item)) as texts, list_sort(list(distinct detector)) as detectors
    from weighed where band <> 'weak' and row >= 0 group by all
), measure as (
    select n.dataset, c.file, n."column", n.rule, unnest([
        {name: 'filled', value: c.filled / nullif(c.texts, 0)::double},
        {name: 'distinct', value: c.distinct_values::double},
        {name: 'distinct_share', value: c.distinct_values / nullif(c.filled, 0)::double},
        {name: 'mean_chars', value: c.mean_chars}, {name: 'max_chars', value: c.max_chars::double},
        {name: 'found', value: coalesce(h.texts, 0) / nullif(c.filled, 0)::double}], recursive := true)
    from named n join counted c using (dataset, "column")
    left join hit h on h.dataset = n.dataset and h.file = c.file and h."column" = n."column" and h.entity = n.entity
    union all
    select n.dataset, s.file, n."column", n.rule, case when s.shape = 'listed:' || n.rule then 'listed' else s.shape end, s.share
    from named n join share s using (dataset, "column")
), asked as (
    select rule, number, unnest(measures) as name, unnest(least) as least, unnest(most) as most from support
), met as ( -- a support holds when all that it asks for does; a shape that was never seen is a share of 0
    select n.dataset, c.file, n."column", n.rule, s.number, any_value(s.score) as score, any_value(s.why) as why
    from named n join counted c using (dataset, "column") join support s using (rule)
    left join asked a on a.rule = s.rule and a.number = s.number
    left join measure m on m.dataset = n.dataset and m.file = c.file and m."column" = n."column" and m.rule = n.rule and m.name = a.name
    where c.filled > 0 and not (s.clear and n.vague) and (len(s.kinds) = 0 or c.kind in s.kinds)
    group by n.dataset, c.file, n."column", n.rule, s.number
    having bool_and(a.name is null or case
        when m.value is null and a.name in ('distinct', 'distinct_share', 'mean_chars', 'max_chars', 'filled') then false
        else coalesce(m.value, 0) between a.least and a.most end)
), best as (
    select dataset, file, "column", rule, max(score) as score, arg_max(why, score - number / 1000.0) as why from met group by all
), judged as (
    select n.dataset, c.file, n."column", n.entity, n.rule, n.words, n.vague,
           b.score is not null and (n.pair = '' or exists (
               from best o join named p using (dataset, "column", rule)
               where o.dataset = n.dataset and o.file = c.file and p.rule = n.pair and p.parent = n.parent)) as supported,
           b.score, b.why, c.filled
    from named n join counted c using (dataset, "column") left join best b using (dataset, file, "column", rule)
    where c.filled > 0
), by_name as (
    select dataset, file, "column", entity, max(case when supported then score else $weak end) as score,
           bool_or(supported) as supported, arg_max(rule, (supported, score, rule)) as rule,
           arg_max(words, (supported, score, rule)) as words, arg_max(why, (supported, score, rule)) as why
    from judged group by all
), both_ways as (
    select coalesce(h.dataset, n.dataset) as dataset, coalesce(h.file, n.file) as file, coalesce(h."column", n."column") as "column",
           coalesce(h.entity, n.entity) as entity, h.score as found_score, coalesce(h.rows, 0) as found_rows,
           coalesce(h.texts, 0) as found_texts, h.detectors, n.score as name_score, coalesce(n.supported, false) as supported,
           n.rule, n.words, n.why
    from hit h full join by_name n on h.dataset = n.dataset and h.file = n.file and h."column" = n."column" and h.entity = n.entity
)
select b.dataset, b.file, b."column", b.entity, greatest(coalesce(b.found_score, 0), coalesce(b.name_score, 0)) as score,
       case when b.supported then greatest(least(c.filled, r.rows), b.found_rows) else b.found_rows end as rows,
       to_json({
           basis: case when b.found_score is null then case when b.supported then 'name and profile' else 'name' end
                       when b.supported then 'findings, name and profile' when b.rule is not null then 'findings and name'
                       else 'findings' end,
           share: round(b.found_texts / greatest(c.filled, 1), 6),
           spread: case when b.found_texts = 0 then 'none' when b.found_texts >= 0.5 * c.filled then 'most'
                        when b.found_texts >= 0.05 * c.filled then 'part' else 'sparse' end,
           detectors: coalesce(b.detectors, []), rule: coalesce(b.rule, ''), words: coalesce(b.words, ''),
           why: case when b.supported then b.why else '' end, kind: c.kind, filled: c.filled, texts: c.texts,
           'distinct': c.distinct_values, mean_chars: case when c.kind in ('text', 'mixed') then round(c.mean_chars, 1) end
       })::varchar as evidence, case when b.supported then b.name_score else 0 end as whole_score
from both_ways b join counted c using (dataset, file, "column")
join (select dataset, path as file, sum(rows)::bigint as rows from fragment group by all) r on r.dataset = b.dataset and r.file = b.file
where not exists (from denied d where d.dataset = b.dataset and d."column" = b."column" and d.entity = b.entity)
order by all
