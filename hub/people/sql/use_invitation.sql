update invitation set used_at = %(at)s where invitation_id = %(invitation)s and used_at is null
returning invitation_id
