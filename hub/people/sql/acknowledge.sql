-- Each caveat is acknowledged once, by whoever said so first.
insert into acknowledgement (delivery_id, caveat, at, by_key, by_sealed, by_person)
select %(id)s, caveat, %(at)s, %(key)s, %(sealed)s, %(person)s from unnest(%(caveats)s::text[]) as caveat
on conflict do nothing returning caveat
