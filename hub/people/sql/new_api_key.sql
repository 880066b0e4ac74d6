insert into api_key (key_id, secret_hash, organisation, role, scope, created_at)
values (%(key)s, %(hash)s, %(organisation)s, %(role)s, %(scope)s, %(at)s)
