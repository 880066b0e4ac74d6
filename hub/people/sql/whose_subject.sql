select person_id from person_subject where subject = %(subject)s
