update delivery set claimed_by = null, attempts = attempts + 1, channel_attempts = channel_attempts + 1
where claimed_by = any(%(sessions)s)
