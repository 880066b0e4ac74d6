select secret_hash, organisation, role, scope from api_key where key_id = %(key)s and revoked_at is null
