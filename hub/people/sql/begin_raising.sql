insert into raising (raising_id, person_id, organisation, key, sealed, began_at, ends_at)
values (%(raising)s, %(person)s, %(organisation)s, %(key)s, %(sealed)s, %(now)s, %(ends)s)
