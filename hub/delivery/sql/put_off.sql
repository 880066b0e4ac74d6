update delivery set claimed_by = null, attempts = attempts + 1, channel_attempts = channel_attempts + 1,
    next_attempt_at = %(at)s
where delivery_id = %(id)s and claimed_by = %(session)s
