update invitation set seconded_by = %(by)s, seconded_at = %(at)s, secret_hash = %(hash)s, ends_at = %(ends)s
where invitation_id = %(invitation)s
