select delivery_id, event_id, subject, recipient, role, purpose, revision, tier, isp, channel, status, reason, attempts,
       next_attempt_at, due_by, created_at, settled_at
from delivery
where (%(status)s::text is null or status = %(status)s)
  and (%(tier)s::text is null or tier = %(tier)s)
  and (%(recipient)s::text is null or recipient = %(recipient)s)
  and (%(event)s::uuid is null or event_id = %(event)s)
  and (not %(late)s or (status in ('pending', 'held') and due_by < hub.now()))
order by due_by, delivery_id
limit %(limit)s
