update session set seen_at = %(at)s where session_id = %(session)s and seen_at < %(at)s
