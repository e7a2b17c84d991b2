-- Classes of the columns of a dataset over all its files; the file of the best score says why.
select dataset, "column", entity, max(score) as score, sum(rows)::bigint as rows, count(*) as files,
       sum((evidence->>'share')::double * (evidence->>'filled')::bigint) / greatest(sum((evidence->>'filled')::bigint), 1) as share,
       list_sort(list_distinct(flatten(list(json_transform(evidence->'detectors', '["VARCHAR"]'))))) as detectors,
       arg_max(evidence, (score, file))->>'basis' as basis, arg_max(evidence, (score, file))->>'rule' as rule,
       arg_max(evidence, (score, file))->>'words' as words, arg_max(evidence, (score, file))->>'why' as why
from column_classes group by dataset, "column", entity
order by dataset, "column", score desc, entity
