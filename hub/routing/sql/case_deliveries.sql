select event.source, event.case_key, event.sequence, delivery.delivery_id, delivery.event_id, delivery.subject,
       delivery.subject_id, delivery.recipient, delivery.role, delivery.purpose,
       delivery.status = 'pending' and delivery.attempts = 0 and delivery.claimed_by is null as untouched,
       delivery.status in ('pending', 'accepted') or delivery.attempts > 0
           or delivery.claimed_by is not null as live,
       delivery.status = 'held' and delivery.reason = any(%(stopped)s) as stopped,
       delivery.status in ('pending', 'accepted') or (delivery.status = 'held' and delivery.reason <> all(%(stopped)s)),
       delivery.revision, coalesce(delivery.status = 'cancelled' and delivery.reason = 'corrected', false)
from delivery join event using (event_id)
where (event.source, event.case_key) in (select * from unnest(%(sources)s::text[], %(keys)s::bytea[]))
order by delivery.delivery_id
for update of delivery
