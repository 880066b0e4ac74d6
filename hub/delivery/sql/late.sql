-- Deliveries of whose time half is gone, that were not taken (or not by the channel that is tried on) and that nobody was
-- asked about yet: held up by a circuit, by other work, or by a hub that was down.
update delivery set asked_at = %(now)s
from event
where event.event_id = delivery.event_id and delivery.delivery_id in (
    select delivery_id from delivery
    where (status = 'pending' or trying is not null) and asked_at is null
      and due_by - greatest(due_by - coalesce(replayed_at, created_at), interval '0') / 2 <= %(now)s
    order by due_by limit %(limit)s for update skip locked)
returning delivery.delivery_id, delivery.event_id, delivery.subject, delivery.recipient, delivery.role,
          delivery.purpose, delivery.tier, event.source
