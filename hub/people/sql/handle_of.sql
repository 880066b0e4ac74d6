select handle from person where person_id = %(person)s and ended_at is null
