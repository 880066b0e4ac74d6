-- How many questions wait on these desks; the register's own are counted for whoever sees every desk.
select count(*) filter (where due_by <= %(now)s) as overdue,
       count(*) filter (where due_by > %(now)s and due_by < %(tomorrow)s) as today,
       count(*) filter (where due_by > %(now)s and due_by >= %(tomorrow)s) as later,
       (select count(*) from subject_review
        where status = 'open' and %(owners)s::text[] is null) as records
from review_task
where status in ('open', 'escalated') and (%(owners)s::text[] is null or owner = any(%(owners)s))
