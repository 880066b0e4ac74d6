select objid::int from pg_locks
where locktype = 'advisory' and classid = %s and objsubid = 2 and granted
  and database = (select oid from pg_database where datname = current_database())
