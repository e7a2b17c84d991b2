-- Findings as they may leave the machine: names masked, with stable ids to find the place again.
select coalesce(d.shown, '') as dataset, coalesce(nf.shown, '') as file, coalesce(nf.id, '') as file_id, f.row,
       coalesce(nc.shown, f."column") as "column", coalesce(nc.id, '') as column_id, f.item, f.start_char, f.end_char, f.entity, f.score,
       f.detector, f.shape, f.hmac, f.detail
from findings f
left join dataset_name d on d.raw = f.dataset
left join name nf on nf.kind = 'file' and nf.dataset = f.dataset and nf.raw = f.file
left join name nc on nc.kind = 'column' and nc.dataset = f.dataset and nc.raw = f."column"
order by f.dataset, f.file, f.row, f."column", f.item, f.start_char, f.end_char, f.entity, f.detector
