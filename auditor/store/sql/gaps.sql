-- What is not plainly examined, by place and reason.
select dataset, path as file, "column", detector, status, reason, sum(rows_seen)::bigint as rows_seen,
       sum(rows_examined)::bigint as rows_examined, sum(bytes_lost)::bigint as bytes_lost
from ledger where reason <> '' group by all order by all
