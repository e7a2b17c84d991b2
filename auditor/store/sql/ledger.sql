-- Coverage as it may leave the machine: names masked, with stable ids to find the place again.
select coalesce(d.shown, '') as dataset, coalesce(nf.shown, '') as file, coalesce(nf.id, '') as file_id, c.fragment,
       coalesce(nc.shown, c."column") as "column", coalesce(nc.id, '') as column_id, c.detector,
       c.rows_seen, c.rows_examined, c.bytes_examined, c.status, c.reason
from coverage c
left join dataset_name d on d.raw = c.dataset
left join name nf on nf.kind = 'file' and nf.dataset = c.dataset and nf.raw = c.file
left join name nc on nc.kind = 'column' and nc.dataset = c.dataset and nc.raw = c."column"
order by c.dataset, c.file, c.fragment, c."column", c.detector, c.status, c.reason
