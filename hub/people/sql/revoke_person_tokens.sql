update person_token set revoked_at = %(at)s
where person_id = %(person)s and revoked_at is null and ends_at > %(at)s
returning token_id
