insert into begun (state_hash, browser_hash, kind, provider, key_id, secret, after, person_id, invitation, began_at, ends_at)
values (%(state)s, %(browser)s, %(kind)s, %(provider)s, %(key)s, %(secret)s, %(after)s, %(person)s, %(invitation)s,
        %(at)s, %(ends)s)
