select subject from resumption where event_id = %(id)s and done_at is null limit 1
