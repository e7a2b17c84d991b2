-- Rows in which two kinds stand together, at review or above: classes, and entities that are asked for. '@' rows are
-- names, not rows. A whole column of a kind has it in every row that holds something; so two columns share at least
-- the rows by which they outnumber the file, and at most those of the smaller one.
with kind as (
    select name as entity, class as label from entity where class <> ''
    union select name, name from entity where list_contains($entities, name)
), size as (
    select dataset, path as file, sum(rows)::bigint as rows from fragment group by all
), seen as (
    select distinct w.dataset, w.file, w.row, k.label from weighed w join kind k using (entity) where band <> 'weak' and row >= 0
), pairs as (
    select a.dataset, a.file, a.label as class_a, b.label as class_b, count(*) as rows
    from seen a join seen b on a.dataset = b.dataset and a.file = b.file and a.row = b.row and a.label < b.label
    group by all
), meant as ( -- of lists it is not known how many rows they fill
    select c.dataset, c.file, k.label, max(case when contains(c."column", '[]') then 0 else c.rows end) as least,
           sum(c.rows)::bigint as most
    from column_classes c join kind k using (entity) where c.whole_score >= 0.5 group by all
), found as (
    select dataset, file, label, count(*) as rows from seen group by all
), filled as (
    select dataset, file, label, greatest(coalesce(m.least, 0), coalesce(f.rows, 0)) as least,
           least(s.rows, coalesce(m.most, 0) + coalesce(f.rows, 0)) as most, m.label is not null as whole
    from meant m full join found f using (dataset, file, label) join size s using (dataset, file)
), beside as (
    select a.dataset, a.file, a.label as class_a, b.label as class_b,
           greatest(least(a.least, s.rows) + least(b.least, s.rows) - s.rows, 0) as rows, least(a.most, b.most) as most,
    from filled a join filled b on a.dataset = b.dataset and a.file = b.file and a.label < b.label and (a.whole or b.whole)
    join size s on s.dataset = a.dataset and s.file = a.file
)
select class_a, class_b, sum(greatest(coalesce(p.rows, 0), coalesce(b.rows, 0)))::bigint as rows,
       sum(greatest(coalesce(p.rows, 0), coalesce(b.rows, 0), coalesce(b.most, 0)))::bigint as at_most
from pairs p full join beside b using (dataset, file, class_a, class_b)
group by all having at_most > 0
order by all
