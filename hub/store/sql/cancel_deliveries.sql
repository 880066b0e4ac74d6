-- What was accepted stays so; what is under way is cancelled too, unless its recipient takes it (delivery/sql/settle.sql).
update delivery set status = 'cancelled', reason = undone.reason, settled_at = %(now)s
from unnest(%(ids)s::uuid[], %(reasons)s::text[]) as undone(delivery_id, reason)
where delivery.delivery_id = undone.delivery_id and delivery.status in ('pending', 'held')
