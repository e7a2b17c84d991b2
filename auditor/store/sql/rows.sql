-- Rows examined per dataset and column, and per dataset ('*').
select dataset, "column", sum(rows_examined)::bigint as rows from ledger
where status = 'examined' and reason = '' group by all
