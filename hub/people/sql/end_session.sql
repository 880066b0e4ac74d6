update session set ended_at = %(at)s, ended_why = %(why)s
where session_id = %(session)s and ended_at is null
returning session_id, person_id
