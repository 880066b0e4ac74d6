update session set wrong_codes = least(wrong_codes + 1, 100) where session_id = %(session)s
