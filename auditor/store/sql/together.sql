-- Rows in which findings of two classes stand together, at review or above. '@' rows are names, not rows.
with seen as (select distinct dataset, file, row, class from weighed where band <> 'weak' and row >= 0 and class <> '')
select a.class as class_a, b.class as class_b, count(*) as rows
from seen a join seen b on a.dataset = b.dataset and a.file = b.file and a.row = b.row and a.class < b.class
group by all
order by all
