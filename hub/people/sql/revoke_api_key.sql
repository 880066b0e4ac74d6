update api_key set revoked_at = %(at)s where key_id = %(key)s and revoked_at is null returning key_id
