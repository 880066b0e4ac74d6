update raising set sent_at = coalesce(sent_at, date_trunc('milliseconds', hub.now())) where raising_id = %(raising)s
returning sent_at
