update delivery set status = 'pending', reason = null, next_attempt_at = hub.now()
where delivery_id = any(%(ids)s) and status = 'held' and reason = 'by_operator' and body is not null
returning delivery_id
