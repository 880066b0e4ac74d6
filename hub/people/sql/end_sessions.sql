update session set ended_at = %(at)s, ended_why = %(why)s
where ended_at is null and (person_id = %(person)s or provider_session = %(provider_session)s)
returning session_id, person_id
