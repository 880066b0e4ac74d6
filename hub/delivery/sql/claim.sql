-- The most urgent due deliveries of one tier, one endpoint's share at a time. Skips from endpoint to endpoint by the
-- index delivery_to_try; `busy` lists the endpoints that may take fewer than a share now. One whose circuit is open
-- (free = 0, movable) gives only what must go to another channel. What one channel took is tried on by another (`trying`).
with recursive clock as materialized (
    select hub.now() as now
), waiting(recipient, channel) as (
    (select recipient, coalesce(trying, channel, '') from delivery
     where tier = %(tier)s and (status = 'pending' or trying is not null)
     order by recipient, coalesce(trying, channel, '') limit 1)
    union all
    select later.recipient, later.channel from waiting cross join lateral (
        select recipient, coalesce(trying, channel, '') as channel from delivery
        where tier = %(tier)s and (status = 'pending' or trying is not null)
          and (recipient, coalesce(trying, channel, '')) > (waiting.recipient, waiting.channel)
        order by recipient, coalesce(trying, channel, '') limit 1) as later
), busy as (
    select * from unnest(%(recipients)s::text[], %(channels)s::text[], %(free)s::int[], %(movable)s::bool[])
        as busy(recipient, channel, free, movable)
), due as (
    select one.delivery_id, one.due_by, coalesce(busy.movable, false) as blocked
    from clock cross join waiting left join busy using (recipient, channel) cross join lateral (
        select delivery_id, due_by from delivery
        where tier = %(tier)s and (status = 'pending' or trying is not null)
          and recipient = waiting.recipient and coalesce(trying, channel, '') = waiting.channel
          and claimed_by is null and next_attempt_at <= clock.now and body is not null
          and role = any(%(roles)s) and purpose = any(%(purposes)s) and (trying is null or trying = any(%(built)s))
          and case when busy.movable then due_by <= clock.now + %(margin)s and trying is null else true end
        order by due_by
        limit case when busy.movable then %(share)s else coalesce(busy.free, %(share)s) end) as one
    order by one.due_by limit %(limit)s
), locked as materialized (
    select delivery.delivery_id, due.blocked from delivery join due using (delivery_id)
    where (delivery.status = 'pending' or delivery.trying is not null) and delivery.claimed_by is null
    for update of delivery skip locked
), claimed as (
    update delivery set claimed_by = %(session)s from locked where delivery.delivery_id = locked.delivery_id
    returning delivery.*, locked.blocked
)
select claimed.delivery_id, claimed.event_id, claimed.subject, claimed.recipient, claimed.role, claimed.purpose,
    claimed.revision, claimed.tier, claimed.isp, claimed.subject_id, coalesce(claimed.trying, claimed.channel),
    claimed.attempts, claimed.channel_attempts, claimed.due_by, coalesce(claimed.replayed_at, claimed.created_at),
    claimed.asked_at is not null, claimed.body, event.source, event.raised_at,
    claimed.recalled_at is not null
        or exists (select from event later where later.source = event.source and later.case_key = event.case_key
                   and later.sequence > event.sequence and later.kind = 'concern.retracted'),
    decision.kind, coalesce(claimed.rule, decision.rule),
    (select array_agg(distinct relationship) from source_record
     where source_record.subject_id = claimed.subject_id and source_record.organisation = claimed.recipient
       and (source_record.end_date is null or source_record.end_date >= %(today)s)),
    claimed.blocked, claimed.trying is not null,
    (select sign(coalesce(max(number) filter (where version = coalesce(
                     (select rules_version from event_revision made where made.event_id = claimed.event_id
                      order by revision desc limit 1), event.rules_version)), 0)
                 - coalesce(max(number) filter (where version = %(rules)s), 0))::int from rules_use)
from claimed join event using (event_id)
left join decision on (decision.event_id, decision.subject, decision.recipient, decision.role, decision.revision)
    = (claimed.event_id, claimed.subject, claimed.recipient, claimed.role, claimed.revision)
order by claimed.due_by
