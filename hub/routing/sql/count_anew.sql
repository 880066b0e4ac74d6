update resumption set attempts = attempts + 1 where event_id = %(id)s and done_at is null
