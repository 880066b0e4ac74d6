-- Newest first; `after` is the last id of the page before.
select delivery.delivery_id, delivery.purpose, delivery.tier, delivery.settled_at, delivery.due_by,
       (select max(layer) from receipt where receipt.delivery_id = delivery.delivery_id)
from delivery
where recipient = %(recipient)s and role = %(role)s and status = 'accepted' and channel = 'inbox'
  and (%(after)s::uuid is null or (settled_at, delivery_id) < (
       select settled_at, delivery_id from delivery
       where delivery_id = %(after)s and recipient = %(recipient)s and role = %(role)s))
order by settled_at desc, delivery_id desc
limit %(limit)s
