-- Newest first; `after` is the last id of the page before. `by` is the deadline of the rule itself, where it has one.
select delivery.delivery_id, delivery.purpose, delivery.tier, delivery.settled_at, delivery.due_by,
       (select decision.due_by from decision
         where delivery.purpose in ('disclose', 'supplement') and decision.event_id = delivery.event_id
           and decision.subject = delivery.subject and decision.recipient = delivery.recipient
           and decision.role = delivery.role and decision.revision = delivery.revision) as by,
       (select max(layer) from receipt where receipt.delivery_id = delivery.delivery_id)
from delivery
where recipient = %(recipient)s and role = %(role)s and status = 'accepted' and channel = 'inbox'
  and purpose = any(%(purposes)s)
  and (%(after)s::uuid is null or (settled_at, delivery_id) < (
       select settled_at, delivery_id from delivery
       where delivery_id = %(after)s and recipient = %(recipient)s and role = %(role)s))
order by settled_at desc, delivery_id desc
limit %(limit)s
