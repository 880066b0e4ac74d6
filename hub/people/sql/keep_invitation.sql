insert into invitation (invitation_id, secret_hash, person_id, kind, made_by, made_at, ends_at)
values (%(invitation)s, %(hash)s, %(person)s, %(kind)s, %(by)s, %(at)s, %(ends)s)
