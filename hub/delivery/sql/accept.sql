insert into receipt (delivery_id, layer, at, received_at)
select delivery_id, 1, at, at from unnest(%(ids)s::uuid[], %(at)s::timestamptz[]) as accepted(delivery_id, at)
on conflict do nothing
