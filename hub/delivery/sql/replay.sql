-- What was retracted stays so, and what has no body cannot be sent.
update delivery set status = 'pending', reason = null, channel = null, channel_attempts = 0, next_attempt_at = %(now)s,
    settled_at = null, asked_at = null, replayed_at = %(now)s
where delivery_id = any(%(ids)s) and body is not null
  and (status = 'held' or (status = 'cancelled' and reason <> 'retracted'))
returning delivery_id
