-- Every delivery of these cases, as it stands: what follows from that is said in routing/cases.py.
select event.source, event.case_key, event.sequence, delivery.delivery_id, delivery.event_id, delivery.subject,
       delivery.subject_id, delivery.recipient, delivery.role, delivery.purpose, delivery.revision,
       delivery.status, delivery.reason, delivery.attempts > 0 or delivery.claimed_by is not null,
       delivery.caveats
from delivery join event using (event_id)
where (event.source, event.case_key) in (select * from unnest(%(sources)s::text[], %(keys)s::bytea[]))
order by delivery.delivery_id
for update of delivery
