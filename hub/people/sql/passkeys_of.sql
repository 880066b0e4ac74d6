select credential_id, label_key, label, backed_up, transports, made_at, last_at from passkey
where person_id = %(person)s and ended_at is null
order by made_at, credential_id
