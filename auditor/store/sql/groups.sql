-- Findings by dataset, column and entity: the unit of the report.
with shaped as (
    select dataset, "column", entity, list(shape order by n desc, shape)[:3] as shapes
    from (select dataset, "column", entity, shape, count(*) as n from weighed where band <> 'weak' group by all)
    group by all
)
select w.dataset, w."column", w.entity, any_value(w.severity) as severity,
       count(distinct (w.file, w.row)) filter (band <> 'weak') as rows,
       count(*) filter (band <> 'weak') as findings,
       count(*) filter (band = 'weak') as weak,
       count(*) filter (band = 'review') as review,
       count(*) filter (band = 'strong') as strong,
       max(w.score) as max_score,
       count(distinct w.file) filter (band <> 'weak') as files,
       count(distinct w.hmac) filter (band <> 'weak') as values,
       list(distinct w.detector order by w.detector) as detectors,
       coalesce(any_value(s.shapes), []) as shapes,
       arg_max((w.file, w.row), (w.score, w.file, -w.row)) as first
from weighed w left join shaped s using (dataset, "column", entity)
group by w.dataset, w."column", w.entity
order by w.dataset, w."column", w.entity
