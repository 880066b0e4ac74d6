update raising set sent_at = null where raising_id = %(raising)s and event_id is null
