select distinct source, event_id, reason from dead_letter where event_id = any(%(ids)s::uuid[])
