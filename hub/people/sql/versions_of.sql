-- What the same reader was told of the same child by every event of its case, the latest version first.
select delivery.delivery_id, delivery.purpose, event.kind, event.sequence, delivery.settled_at as came_at,
       delivery.reached, delivery.recalled_at
from event join delivery using (event_id)
where event.source = %(source)s and event.case_key = %(case_key)s
  and delivery.recipient = %(recipient)s and delivery.role = %(role)s and delivery.status = 'accepted'
  and delivery.purpose in ('disclose', 'supplement', 'correct', 'recall')
  and (delivery.subject_id = %(subject_id)s
       or (delivery.subject_id is null and %(subject_id)s::uuid is null and delivery.subject = %(subject)s))
order by event.sequence desc, delivery.created_at desc, delivery.delivery_id limit 100
