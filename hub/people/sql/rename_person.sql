update person set named_key = %(key)s, named = %(named)s
where person_id = %(person)s and ended_at is null
returning person_id
