select event_id, source, digest from event where event_id = any(%(ids)s)
