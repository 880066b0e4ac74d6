select machine, asked_at from token_request
where code_hash = %(code)s and ends_at > %(at)s and approved_by is null
