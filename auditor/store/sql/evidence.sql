-- Rows and findings per dataset, column, entity and band. A row counts once, in the highest band that it reaches, whether
-- by a finding of its own or because its whole column is of the entity.
with cell as (
    select dataset, "column", entity, file, row, max(score) as score from findings group by all
), rows as (
    select dataset, file, "column", entity, count(*) filter (score >= 0.8) as strong,
           count(*) filter (score >= 0.5 and score < 0.8) as review, count(*) filter (score < 0.5) as weak
    from cell group by all
), class as (
    select dataset, file, "column", entity, rows, whole_score >= 0.8 as sure from column_classes where whole_score >= 0.5
), both_ways as (
    select dataset, file, "column", entity, coalesce(strong, 0) as found_strong, coalesce(review, 0) as found_review,
           coalesce(weak, 0) as found_weak, coalesce(c.rows, 0) as meant, coalesce(c.sure, false) as sure
    from rows full join class c using (dataset, file, "column", entity)
), counted as (
    select *, case when sure then greatest(meant, found_strong) else found_strong end as strong from both_ways
), parted as (
    select *, greatest(case when sure then found_strong + found_review else greatest(meant, found_strong + found_review) end - strong, 0)
           as review from counted
), by_band as (
    select dataset, "column", entity, sum(strong)::bigint as strong, sum(review)::bigint as review,
           sum(greatest(found_strong + found_review + found_weak - strong - review, 0))::bigint as weak
    from parted group by all
), banded as (
    select dataset, "column", entity, unnest(['strong', 'review', 'weak']) as band, unnest([strong, review, weak]) as rows
    from by_band
), hits as (
    select dataset, "column", entity, band, count(*) as findings from weighed group by all
)
select dataset, "column", entity, band, coalesce(b.rows, 0) as rows, coalesce(h.findings, 0) as findings
from banded b left join hits h using (dataset, "column", entity, band)
where b.rows > 0 or h.findings > 0
order by all
