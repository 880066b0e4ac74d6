-- A reviewer left texts out that were released before and stopped on their way: they do not go any more.
update delivery set status = 'cancelled', reason = 'left_out', settled_at = hub.now()
from waiting_text waits
where waits.task_id = %(task)s and delivery.purpose = 'supplement'
  and (delivery.event_id, delivery.subject, delivery.recipient, delivery.role, delivery.revision)
    = (waits.event_id, waits.subject, waits.recipient, waits.role, waits.revision)
  and delivery.status in ('pending', 'held')
returning delivery.delivery_id
