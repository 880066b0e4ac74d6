select 'undelivered', tier, extract(epoch from %(now)s - min(created_at))::float8, count(*) filter (where due_by <= %(now)s)
from delivery where status = 'pending' group by tier
union all
select 'review_age', tier, extract(epoch from %(now)s - min(opened_at))::float8, count(*)
from review_task where status in ('open', 'escalated') group by tier
union all
select 'reviews', cause, 0, count(*) from review_task where status in ('open', 'escalated') group by cause
union all
select 'anew', '', coalesce(extract(epoch from %(now)s - min(requested_at)), 0)::float8, count(*)
from resumption where done_at is null
union all
select 'outbox', '', 0, count(*) from outbox
