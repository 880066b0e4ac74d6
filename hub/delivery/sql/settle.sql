-- Ends claims (delivery/states.py). A row that another session claimed meanwhile is left alone, unless the endpoint took
-- it: that is so whoever holds it. What happened to it while it was under way is kept where it weighs more (`weight`).
-- What one channel took keeps that one; whether another is tried on (`trying`) only the first taking can begin.
with ended as (
    update delivery set
        status = case when array_position(%(weight)s::text[], done.status)
                           > array_position(%(weight)s::text[], delivery.status) then done.status else delivery.status end,
        reason = case when array_position(%(weight)s::text[], done.status)
                           > array_position(%(weight)s::text[], delivery.status) then done.reason else delivery.reason end,
        settled_at = case when array_position(%(weight)s::text[], done.status)
                               > array_position(%(weight)s::text[], delivery.status)
                          then done.settled_at else delivery.settled_at end,
        channel = case when delivery.status = 'accepted' then delivery.channel else done.channel end,
        trying = case when delivery.status = 'accepted' and delivery.trying is null then null else done.trying end,
        attempts = delivery.attempts + (done.outcome is not null)::int,
        channel_attempts = case when done.moved then 0
                                else delivery.channel_attempts + (done.outcome is not null)::int end,
        next_attempt_at = coalesce(done.again_at, delivery.next_attempt_at),
        asked_at = case when done.ask then coalesce(delivery.asked_at, done.at) else delivery.asked_at end,
        claimed_by = null
    from unnest(%(ids)s::uuid[], %(sessions)s::int[], %(statuses)s::text[], %(reasons)s::text[], %(channels)s::text[],
                %(trying)s::text[], %(outcomes)s::text[], %(moved)s::bool[], %(again)s::timestamptz[],
                %(settled)s::timestamptz[], %(ask)s::bool[], %(at)s::timestamptz[])
        as done(delivery_id, session, status, reason, channel, trying, outcome, moved, again_at, settled_at, ask, at)
    where delivery.delivery_id = done.delivery_id
      and (delivery.claimed_by = done.session or (done.status = 'accepted' and delivery.status <> 'accepted'))
    returning delivery.delivery_id, delivery.status, delivery.attempts
), kept as (
    insert into delivery_attempt (delivery_id, number, channel, at, outcome, reason)
    select ended.delivery_id, ended.attempts, tried.channel, tried.at, tried.outcome, tried.fault
    from ended join unnest(%(ids)s::uuid[], %(tried)s::text[], %(at)s::timestamptz[], %(outcomes)s::text[],
                           %(faults)s::text[]) as tried(delivery_id, channel, at, outcome, fault) using (delivery_id)
    where tried.outcome is not null
    on conflict do nothing
)
select delivery_id, status from ended
