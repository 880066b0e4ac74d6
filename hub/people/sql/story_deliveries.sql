select delivery.delivery_id, delivery.subject, delivery.recipient, delivery.role, delivery.purpose, delivery.revision,
       delivery.channel, delivery.status, delivery.reason, delivery.attempts, delivery.due_by, delivery.settled_at,
       delivery.caveats,
       array(select unnest(delivery.caveats) except select caveat from acknowledgement
             where acknowledgement.delivery_id = delivery.delivery_id order by 1) as unacknowledged,
       coalesce((select json_agg(json_build_object('layer', receipt.layer, 'at', receipt.at) order by receipt.layer)
                 from receipt where receipt.delivery_id = delivery.delivery_id), '[]'::json) as receipts
from delivery where event_id = %(id)s order by subject, purpose, recipient, role, revision
