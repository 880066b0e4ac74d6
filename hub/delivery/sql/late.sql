-- Deliveries of whose time half is gone, that were not taken (or not by the channel that is tried on) and that nobody was
-- asked about yet: held up by a circuit, by other work, by a hub that was down, or waiting for a router to decide anew, or
-- to send a text anew.
with late as (
    (select delivery_id, due_by from delivery
     where (status = 'pending' or trying is not null) and asked_at is null
       and role = any(%(roles)s) and purpose = any(%(purposes)s) and tier = any(%(known_tiers)s)
       and due_by - greatest(due_by - coalesce(replayed_at, created_at), interval '0') / 2 <= %(now)s
     order by due_by limit %(limit)s)
    union all
    (select delivery_id, due_by from delivery
     where status = 'held' and asked_at is null
       and role = any(%(roles)s) and purpose = any(%(purposes)s) and tier = any(%(known_tiers)s)
       and due_by - greatest(due_by - coalesce(replayed_at, created_at), interval '0') / 2 <= %(now)s
       and (exists (select from resumption where resumption.event_id = delivery.event_id and done_at is null)
            or (purpose = 'supplement' and exists (
                select from waiting_text waits join text_request using (task_id)
                where (waits.event_id, waits.subject, waits.recipient, waits.role, waits.revision)
                    = (delivery.event_id, delivery.subject, delivery.recipient, delivery.role, delivery.revision)
                  and text_request.done_at is null)))
     order by due_by limit %(limit)s)
), locked as (
    select delivery_id from delivery join late using (delivery_id) where asked_at is null
    order by delivery.due_by limit %(limit)s for update of delivery skip locked
)
update delivery set asked_at = %(now)s
from event
where event.event_id = delivery.event_id and delivery.delivery_id in (select delivery_id from locked)
returning delivery.delivery_id, delivery.event_id, delivery.subject, delivery.recipient, delivery.role,
          delivery.purpose, delivery.tier, event.source, case when delivery.status = 'held' then delivery.reason end
