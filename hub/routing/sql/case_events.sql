select source, case_key, sequence, kind from event
where (source, case_key) in (select * from unnest(%(sources)s::text[], %(keys)s::bytea[]))
