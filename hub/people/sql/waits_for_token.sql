select 1 as waits from token_request where secret_hash = %(secret)s
