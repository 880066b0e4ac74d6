insert into person_token (token_id, secret_hash, person_id, how, made_at, ends_at)
values (%(token)s, %(hash)s, %(person)s, %(how)s, %(at)s, %(ends)s)
