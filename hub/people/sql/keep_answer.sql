insert into review_answer (answer_id, task_id, verdict, subject_id, at, by_key, by_sealed, counts)
values (%(id)s, %(task)s, %(verdict)s, %(subject)s, %(at)s, %(key)s, %(sealed)s, %(counts)s)
