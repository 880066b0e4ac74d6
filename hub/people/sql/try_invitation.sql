update invitation set tries = tries + 1 where secret_hash = %(hash)s and used_at is null and kind <> 'demonstration'
