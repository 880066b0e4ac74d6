update invitation set used_at = %(at)s where person_id = %(person)s and used_at is null
