select distinct event_id from dead_letter where event_id = any(%(ids)s::uuid[])
