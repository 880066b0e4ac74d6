delete from person_subject where person_id = %(person)s
