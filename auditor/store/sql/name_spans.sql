-- Where names hold something that must not be shown: findings in names that are more than weak and matter.
select distinct p.dataset, f."column", f.subject, f.item, f.start_char, f.end_char, f.entity
from finding f join placed p on p.id = f.fragment join entity e on e.name = f.entity
where f.row < 0 and f.score >= 0.5 and e.severity in ('medium', 'high', 'critical')
order by all
