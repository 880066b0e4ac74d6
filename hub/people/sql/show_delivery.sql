select delivery_id, event_id, subject, recipient, role, purpose, revision, tier, isp, channel, status, reason, attempts,
       next_attempt_at, due_by, created_at, settled_at, octet_length(body) as bytes, caveats,
       array(select unnest(delivery.caveats) except select caveat from acknowledgement
             where acknowledgement.delivery_id = delivery.delivery_id order by 1) as unacknowledged
from delivery where delivery_id = %(id)s
