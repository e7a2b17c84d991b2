-- Every name that an output may show.
select 'file' as kind, dataset, path as raw from file
union select 'file', dataset, path from ledger
union select 'column', dataset, "column" from ledger where "column" <> '*'
union select 'column', dataset, "column" from profile
union select 'column', p.dataset, f."column" from finding f join placed p on p.id = f.fragment
order by all
