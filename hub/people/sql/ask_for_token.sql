insert into token_request (code_hash, secret_hash, machine, asked_at, ends_at)
select %(code)s, %(secret)s, %(machine)s, %(at)s, %(ends)s
where (select count(*) from token_request where ends_at > %(at)s) < %(most)s
on conflict do nothing
returning machine
