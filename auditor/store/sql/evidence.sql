-- Rows and findings per dataset, column, entity and band. A row counts once, in the highest band that it reaches.
with cell as (
    select dataset, "column", entity, file, row, max(score) as score from findings group by all
), rows as (
    select dataset, "column", entity,
           case when score >= 0.8 then 'strong' when score >= 0.5 then 'review' else 'weak' end as band, count(*) as rows
    from cell group by all
), hits as (
    select dataset, "column", entity, band, count(*) as findings from weighed group by all
)
select h.dataset, h."column", h.entity, h.band, coalesce(r.rows, 0) as rows, h.findings
from hits h left join rows r using (dataset, "column", entity, band)
order by all
