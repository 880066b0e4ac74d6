-- A case that is new comes back: its row is ours until we commit. One that is not must be locked.
insert into case_lock (source, case_key)
select wanted.source, wanted.case_key
from unnest(%(sources)s::text[], %(keys)s::bytea[]) as wanted (source, case_key)
order by 1, 2
on conflict do nothing
returning source, case_key
