insert into api_key (key_id, secret_hash, organisation, role, created_at)
values (%(key)s, %(hash)s, %(organisation)s, %(role)s, %(at)s)
