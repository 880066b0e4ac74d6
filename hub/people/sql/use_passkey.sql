update passkey set sign_count = %(count)s, backed_up = %(backed_up)s, last_at = %(at)s where credential_id = %(credential)s
