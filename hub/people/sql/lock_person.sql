select person_id from person where person_id = %(person)s and ended_at is null for no key update
