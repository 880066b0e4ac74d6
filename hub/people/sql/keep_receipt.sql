insert into receipt (delivery_id, layer, at, received_at, by_key, by_sealed, by_person)
values (%(id)s, %(layer)s, %(at)s, %(now)s, %(key)s, %(sealed)s, %(person)s) on conflict do nothing
