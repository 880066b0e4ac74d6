select source, case_key, sequence, event_id, kind from event
where (source, case_key) in (select * from unnest(%(sources)s::text[], %(keys)s::bytea[]))
