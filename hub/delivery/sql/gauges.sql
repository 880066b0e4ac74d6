-- What is held past its deadline is late, too. What lies in an inbox while its recipient's own system is tried is not.
select 'undelivered', tier, extract(epoch from %(now)s - min(created_at))::float8, count(*) filter (where due_by <= %(now)s)
from delivery where status = 'pending' group by tier
union all
select 'held', tier, 0, count(*) from delivery where status = 'held' group by tier
union all
select 'held_late', tier, 0, count(*) from delivery where status = 'held' and due_by <= %(now)s group by tier
union all
select 'unconfirmed', one.tier, extract(epoch from %(now)s - min(one.settled_at))::float8, count(*)
from delivery one join unnest(%(tiers)s::text[], %(within)s::interval[]) as chain(tier, within) on chain.tier = one.tier
where one.status = 'accepted' and one.purpose in ('disclose', 'supplement') and one.unconfirmed
  and one.recalled_at is null
  and one.settled_at <= %(now)s - chain.within
group by one.tier
union all
select 'dead_letters', '', 0, count(*) from dead_letter where status in ('open', 'escalated')
union all
select 'review_age', tier, extract(epoch from %(now)s - min(opened_at))::float8, count(*)
from review_task where status in ('open', 'escalated') group by tier
union all
select 'reviews', cause, 0, count(*) from review_task where status in ('open', 'escalated') group by cause
union all
select 'anew', '', coalesce(extract(epoch from %(now)s - min(requested_at)), 0)::float8, count(*)
from (select requested_at from resumption where done_at is null
      union all select requested_at from text_request where done_at is null) as asked
union all
select 'outbox', '', 0, count(*) from outbox
union all
select 'posts_lapsed', '', 0, count(*) from untrained(%(day)s)
union all
select 'sessions', '', 0, count(*)
from session where ended_at is null and ends_at > %(now)s and seen_at >= %(now)s - interval '15 minutes'
union all
select 'broken_glass', '', 0, count(*) from broken_glass where at > %(now)s - interval '1 day'
