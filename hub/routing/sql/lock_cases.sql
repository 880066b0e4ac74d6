select source, case_key from case_lock
where (source, case_key) in (select * from unnest(%(sources)s::text[], %(keys)s::bytea[]))
order by source, case_key
for update
