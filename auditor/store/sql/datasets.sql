-- One row per dataset, in the order of the targets.
select d.name, d.target, count(f.path) as files, coalesce(sum(f.bytes), 0)::bigint as bytes,
       (select coalesce(sum(rows), 0)::bigint from fragment g where g.dataset = d.name and g.format <> 'names') as rows,
       (select coalesce(sum(chars), 0)::bigint from profile p where p.dataset = d.name) as text_bytes,
       (select count(distinct "column") from profile p where p.dataset = d.name and (len(kinds) = 0 or list_contains(kinds, 'text') or chars > 0)) as columns,
       list(f.format order by f.path) filter (f.format <> '') as formats
from dataset d left join file f on f.dataset = d.name
group by d.name, d.target, d.rowid order by d.rowid
