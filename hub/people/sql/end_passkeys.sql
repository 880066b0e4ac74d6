update passkey set ended_at = %(at)s, ended_why = %(why)s
where person_id = %(person)s and ended_at is null
  and (%(credential)s::bytea is null or credential_id = %(credential)s)
returning credential_id
