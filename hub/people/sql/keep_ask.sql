insert into asked_back (ask_id, delivery_id, kind, person_id, at, words_key, words, task_id)
values (%(ask)s, %(id)s, %(kind)s, %(person)s, %(at)s, %(key)s, %(sealed)s, %(task)s)
