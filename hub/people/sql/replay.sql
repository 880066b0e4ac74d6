-- What was taken back stays so, and what has no body cannot be sent: it is decided anew (sql/unsealed.sql).
update delivery set status = 'pending', reason = null, channel = null, channel_attempts = 0, next_attempt_at = hub.now(),
    settled_at = null, asked_at = null, replayed_at = hub.now()
where delivery_id = any(%(ids)s) and body is not null
  and (status = 'held' or (status = 'cancelled' and reason not in ('retracted', 'corrected', 'decided_anew')))
returning delivery_id
