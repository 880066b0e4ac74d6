-- News counts what every delivery of an event came to, so whoever changes one of them waits for the others. Sorted ids.
select pg_advisory_xact_lock(key) from unnest(%(keys)s::bigint[]) as key
