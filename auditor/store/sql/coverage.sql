-- The ledger in sum. Files count by the worst of their fragments.
with by_file as (
    select dataset, path, any_value(f.bytes) as bytes, any_value(f.refused) as refused,
           count(*) filter (g.status = 'failed') as failed, count(*) filter (g.status = 'pending') as pending,
           count(*) filter (g.status = 'partial') as partial, count(g.id) as fragments,
           coalesce(sum(g.bytes_lost), 0) as lost
    from file f left join fragment g using (dataset, path) group by dataset, path
)
select coalesce(sum(bytes), 0)::bigint as bytes_total,
       coalesce(sum(case when refused <> '' then greatest(bytes, 1) else least(greatest(bytes, 1), lost) end), 0)::bigint as bytes_lost,
       count(*) as files_total,
       count(*) filter (refused <> '' or (fragments > 0 and failed + pending = fragments)) as files_lost,
       count(*) filter (refused = '' and failed + pending < fragments and (partial > 0 or failed + pending > 0)) as files_partial
from by_file
