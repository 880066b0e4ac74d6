-- Where a delivery stands as its reader says something of it.
select event_id, reached, recalled_at, caveats,
       array(select caveat from acknowledgement
             where acknowledgement.delivery_id = delivery.delivery_id) as acknowledged
from delivery
where delivery_id = %(id)s and recipient = %(recipient)s and role = %(role)s and status = 'accepted'
