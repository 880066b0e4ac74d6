-- The person who is asked about a delivery; of a text that was stopped, whoever is asked about that text.
select owner, owner_role from review_task
where status in ('open', 'escalated') and (delivery_id = %(delivery)s or task_id in (
    select waits.task_id from waiting_text waits join delivery
        on (delivery.event_id, delivery.subject, delivery.recipient, delivery.role, delivery.revision)
         = (waits.event_id, waits.subject, waits.recipient, waits.role, waits.revision)
    where delivery.delivery_id = %(delivery)s and delivery.purpose = 'supplement'))
order by opened_at desc limit 1
