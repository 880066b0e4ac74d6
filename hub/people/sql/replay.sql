-- What was taken back stays so; what has no body, or may not leave as it is, is decided anew (sql/to_decide_anew.sql).
update delivery set status = 'pending', reason = null, channel = null, channel_attempts = 0, next_attempt_at = hub.now(),
    settled_at = null, asked_at = null, replayed_at = hub.now()
where delivery_id = any(%(ids)s) and body is not null
  and status = 'held' and reason <> all(%(decidable)s)
returning delivery_id
