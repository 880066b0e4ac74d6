update person set ended_at = %(at)s, ended_by = %(by)s
where person_id = %(person)s and ended_at is null
returning person_id
