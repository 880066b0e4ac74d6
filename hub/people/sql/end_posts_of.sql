update post set ended_at = %(at)s, ended_why = 'person_ended' where person_id = %(person)s and ended_at is null
