-- A text that was released, and held, and released again goes under the id that it had; one that went stays as it is.
update delivery set status = 'pending', reason = null, body = %(body)s, isp = %(isp)s, subject_id = %(subject_id)s,
    rule = %(rule)s, channel = null, trying = null, channel_attempts = 0, next_attempt_at = hub.now(), asked_at = null,
    replayed_at = hub.now()
where delivery_id = %(id)s and status = 'held'
