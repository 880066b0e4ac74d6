-- One delivery without its body, and what was decided of it.
select delivery.delivery_id, delivery.event_id, delivery.subject, delivery.subject_id, delivery.purpose, delivery.tier,
       delivery.isp, delivery.caveats, delivery.settled_at as came_at, delivery.created_at, delivery.due_by,
       delivery.reached, delivery.recalled_at, event.source, event.kind, event.case_key, event.sequence,
       decision.due_by as by, decision.clause,
       array(select caveat from acknowledgement
             where acknowledgement.delivery_id = delivery.delivery_id order by 1) as acknowledged
from delivery join event using (event_id)
left join decision on delivery.purpose in ('disclose', 'supplement') and decision.event_id = delivery.event_id
                  and decision.subject = delivery.subject and decision.recipient = delivery.recipient
                  and decision.role = delivery.role and decision.revision = delivery.revision
where delivery.delivery_id = %(id)s and delivery.recipient = %(recipient)s and delivery.role = %(role)s
  and delivery.status = 'accepted'
