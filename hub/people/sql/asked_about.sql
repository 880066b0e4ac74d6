-- The person who is asked about a delivery.
select owner, owner_role from review_task
where delivery_id = %(delivery)s and status in ('open', 'escalated') order by opened_at desc limit 1
