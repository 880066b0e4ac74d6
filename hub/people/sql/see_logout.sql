insert into logout_seen (token, ends_at) values (%(token)s, %(ends)s) on conflict do nothing returning token
