-- The steps that are due of deliveries which nobody confirms, each written down as taken. Those of one delivery in turn.
with due as (
    select one.delivery_id, chain.step
    from delivery one
    join unnest(%(tiers)s::text[], %(steps)s::int[], %(after)s::interval[]) as chain(tier, step, after)
      on chain.tier = one.tier
    where one.status = 'accepted' and one.purpose in ('disclose', 'supplement') and one.unconfirmed
      and one.recalled_at is null
      and one.settled_at <= %(now)s - chain.after and one.role = any(%(roles)s)
      and not exists (select from escalation where escalation.delivery_id = one.delivery_id
                      and escalation.step = chain.step)
    order by one.settled_at, one.delivery_id, chain.step limit %(limit)s
    for update of one skip locked
), taken as (
    insert into escalation (delivery_id, step, at) select delivery_id, step, %(now)s from due
    on conflict do nothing returning delivery_id, step
)
select delivery.delivery_id, delivery.event_id, delivery.subject, delivery.recipient, delivery.role,
       delivery.purpose, delivery.tier,
       event.source, taken.step
from taken join delivery using (delivery_id) join event using (event_id)
order by delivery.settled_at, delivery.delivery_id, taken.step
