-- Where a concern that was raised on a page stands, for whoever raised it: how many were told, never who.
select event.outcome,
       (select count(distinct (recipient, role)) from delivery
         where delivery.event_id = event.event_id and purpose = 'disclose' and status = 'accepted') as told,
       exists (select from review_task
                where review_task.event_id = event.event_id and status <> 'decided') as asking
from event where event_id = %(event)s and source = %(source)s
