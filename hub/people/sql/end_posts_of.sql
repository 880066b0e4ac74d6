update post set ended_at = %(at)s where person_id = %(person)s and ended_at is null
