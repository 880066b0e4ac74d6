-- Of these deliveries the texts that the last look stopped, and the reviews that they came of.
select delivery.delivery_id, waits.task_id
from delivery join waiting_text waits
    on (waits.event_id, waits.subject, waits.recipient, waits.role, waits.revision)
     = (delivery.event_id, delivery.subject, delivery.recipient, delivery.role, delivery.revision)
where delivery.delivery_id = any(%(ids)s) and delivery.purpose = 'supplement'
  and delivery.status = 'held' and delivery.reason = any(%(decidable)s)
