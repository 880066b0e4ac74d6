delete from draft where person_id = %(person)s and path = %(path)s
returning draft_id, key_id, sealed, ends_at
