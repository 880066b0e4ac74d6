-- Ends claims (delivery/states.py). A row that another session claimed meanwhile is left alone, unless the endpoint took
-- it: that is so whoever holds it. What happened to it while it was under way is kept where it weighs more (`weight`).
update delivery set
    status = case when array_position(%(weight)s::text[], done.status) > array_position(%(weight)s::text[], delivery.status)
                  then done.status else delivery.status end,
    reason = case when array_position(%(weight)s::text[], done.status) > array_position(%(weight)s::text[], delivery.status)
                  then done.reason else delivery.reason end,
    channel = done.channel,
    attempts = delivery.attempts + done.tried,
    channel_attempts = case when done.moved then 0 else delivery.channel_attempts + done.tried end,
    next_attempt_at = coalesce(done.again_at, delivery.next_attempt_at),
    settled_at = case when array_position(%(weight)s::text[], done.status) > array_position(%(weight)s::text[], delivery.status)
                      then done.settled_at else delivery.settled_at end,
    asked_at = case when done.ask then coalesce(delivery.asked_at, done.at) else delivery.asked_at end,
    claimed_by = null
from unnest(%(ids)s::uuid[], %(sessions)s::int[], %(statuses)s::text[], %(reasons)s::text[], %(channels)s::text[],
            %(tried)s::int[], %(moved)s::bool[], %(again)s::timestamptz[], %(settled)s::timestamptz[], %(ask)s::bool[],
            %(at)s::timestamptz[])
    as done(delivery_id, session, status, reason, channel, tried, moved, again_at, settled_at, ask, at)
where delivery.delivery_id = done.delivery_id
  and (delivery.claimed_by = done.session or (done.status = 'accepted' and delivery.status <> 'accepted'))
returning delivery.delivery_id, delivery.status
