update token_request set approved_by = %(person)s
where code_hash = %(code)s and ends_at > %(at)s and approved_by is null
returning machine
