select wrong_codes from session where session_id = %(session)s for update
