insert into ledger_entry (entry_id, at, kind, leaf, salt, facts)
select * from unnest(%(ids)s::uuid[], %(at)s::timestamptz[], %(kinds)s::text[], %(leaves)s::bytea[], %(salts)s::bytea[],
                     %(facts)s::bytea[])
on conflict (entry_id) do nothing
